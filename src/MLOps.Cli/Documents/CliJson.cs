using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using MLOps.Cli.Output;

namespace MLOps.Cli.Documents;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(ErrorDocument))]
[JsonSerializable(typeof(VersionDocument))]
[JsonSerializable(typeof(StatusDocument))]
[JsonSerializable(typeof(RunListDocument))]
[JsonSerializable(typeof(RunDocument))]
[JsonSerializable(typeof(RunDoneDocument))]
[JsonSerializable(typeof(RunLogDocument))]
[JsonSerializable(typeof(CompareDocument))]
[JsonSerializable(typeof(ModelListDocument))]
[JsonSerializable(typeof(ModelDocument))]
[JsonSerializable(typeof(ModelVersionDocument))]
[JsonSerializable(typeof(AliasListDocument))]
[JsonSerializable(typeof(AliasHistoryDocument))]
[JsonSerializable(typeof(AliasMoveDocument))]
[JsonSerializable(typeof(ApprovalDocument))]
[JsonSerializable(typeof(RegisteredDocument))]
[JsonSerializable(typeof(PromotionDocument))]
[JsonSerializable(typeof(ComparisonDocument))]
[JsonSerializable(typeof(PolicyDocument))]
[JsonSerializable(typeof(AuditListDocument))]
[JsonSerializable(typeof(AuditReportDocument))]
[JsonSerializable(typeof(AuditExportDocument))]
[JsonSerializable(typeof(CheckpointDocument))]
[JsonSerializable(typeof(DataListDocument))]
[JsonSerializable(typeof(DataDocument))]
[JsonSerializable(typeof(DataCommitDocument))]
[JsonSerializable(typeof(DataLogDocument))]
[JsonSerializable(typeof(DataDiffDocument))]
[JsonSerializable(typeof(RowDiffDocument))]
[JsonSerializable(typeof(DataNamesDocument))]
[JsonSerializable(typeof(DataRestoreDocument))]
[JsonSerializable(typeof(DataVerifyDocument))]
[JsonSerializable(typeof(DataRepairDocument))]
[JsonSerializable(typeof(CollectionDocument))]
[JsonSerializable(typeof(TransferDocument))]
[JsonSerializable(typeof(WhyDocument))]
[JsonSerializable(typeof(StoreCopyDocument))]
[JsonSerializable(typeof(StoreVerifyDocument))]
[JsonSerializable(typeof(ExportDocument))]
[JsonSerializable(typeof(ImportDocument))]
[JsonSerializable(typeof(CardDocument))]
[JsonSerializable(typeof(ImpactDocument))]
[JsonSerializable(typeof(OutboxDocument))]
[JsonSerializable(typeof(GateCheckDocument))]
[JsonSerializable(typeof(DeploymentListDocument))]
[JsonSerializable(typeof(DeploymentDocument))]
[JsonSerializable(typeof(DeploymentChangedDocument))]
[JsonSerializable(typeof(ExplanationDocument))]
[JsonSerializable(typeof(DriftDocument))]
[JsonSerializable(typeof(BaselineDocument))]
[JsonSerializable(typeof(MonitorStatusDocument))]
[JsonSerializable(typeof(AlertListDocument))]
[JsonSerializable(typeof(ReplayDocument))]
[JsonSerializable(typeof(LabelImportDocument))]
internal sealed partial class CliJson : JsonSerializerContext
{
    public static string Text<T>(T document, JsonTypeInfo<T> type) => JsonSerializer.Serialize(document, (JsonTypeInfo<T>)Readable.Json.GetTypeInfo(type.Type)!);

    private static class Readable
    {
        // Letters of every script as they are, for people who read the JSON; what could act on a terminal stays escaped.
        public static readonly CliJson Json = new(new JsonSerializerOptions(Default.GeneratedSerializerOptions!) { Encoder = JavaScriptEncoder.Create(Harmless()) });

        private static TextEncoderSettings Harmless()
        {
            var settings = new TextEncoderSettings(UnicodeRanges.All);
            settings.ForbidCharacters(Words.DirectionTurners);
            return settings;
        }
    }
}
