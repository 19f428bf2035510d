using MLOps.Models;

namespace MLOps.Cli.Documents;

internal sealed record ModelListDocument(IReadOnlyList<ModelItem> Models) : Document;

internal sealed record ModelItem(string Name, int LatestNumber, DateTimeOffset CreatedAt, IReadOnlyList<AliasItem> Aliases);

internal sealed record ModelDocument(ModelItem Model, IReadOnlyList<ModelVersionItem> Versions) : Document;

internal sealed record ModelVersionDocument(ModelVersionItem Version, IReadOnlyList<AliasItem> Aliases, IReadOnlyList<VerdictItem> Verdicts) : Document;

internal sealed record AliasListDocument(string Model, IReadOnlyList<AliasItem> Aliases) : Document;

internal sealed record AliasHistoryDocument(string Model, string Alias, IReadOnlyList<AliasItem> Moves) : Document;

internal sealed record AliasMoveDocument(string Model, string Alias, int Previous, int Number, bool Done) : Document;

internal sealed record AliasItem(string Alias, int Number, long Revision, string MovedBy, DateTimeOffset MovedAt, string? Reason)
{
    public static AliasItem Of(ModelAlias alias) => new(alias.Alias, alias.Number, alias.Revision, alias.MovedBy, alias.MovedAt, alias.Reason);
}

internal sealed record ModelVersionItem(
    string Model, int Number, string Digest, string Format, IReadOnlyDictionary<string, string> Facts, string? RunId,
    IReadOnlyList<string> DatasetVersions, IReadOnlyDictionary<string, double> Metrics, IReadOnlyDictionary<string, string> Tags, string? Description,
    IReadOnlyList<FileItem> Files, IReadOnlyList<FileItem> Attachments, SignatureItem? Signature, string CreatedBy, DateTimeOffset CreatedAt)
{
    public static ModelVersionItem Of(ModelVersion version) => new(
        version.Model, version.Number, version.Digest.Hex, version.Format, version.Facts, version.RunId, version.DatasetVersions, version.Metrics, version.Tags,
        version.Description, Items(version.Files), Items(version.Attachments),
        version.Signature is null ? null : new SignatureItem(Items(version.Signature.Inputs), Items(version.Signature.Outputs)), version.CreatedBy, version.CreatedAt);

    private static List<FileItem> Items(IReadOnlyList<ModelFile> files) => [.. files.Select(f => new FileItem(f.Path, f.Length, f.Digest.Hex))];

    private static List<FieldItem> Items(IReadOnlyList<ModelField> fields) => [.. fields.Select(f => new FieldItem(f.Name, f.DataType, f.Shape))];
}

internal sealed record SignatureItem(IReadOnlyList<FieldItem> Inputs, IReadOnlyList<FieldItem> Outputs);

internal sealed record FieldItem(string Name, string DataType, IReadOnlyList<long> Shape);

internal sealed record VerdictItem(
    string Id, string Gate, string Outcome, string Message, int? ChampionNumber, IReadOnlyDictionary<string, double> Evidence, string Actor, DateTimeOffset At)
{
    public static VerdictItem Of(GateVerdict verdict) => new(
        verdict.Id, verdict.Gate, Output.Words.Lower(verdict.Outcome), verdict.Message, verdict.ChampionNumber, verdict.Evidence, verdict.Actor, verdict.At);
}
