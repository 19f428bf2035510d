using MLOps.Models;

namespace MLOps.Cli.Documents;

internal sealed record ModelListDocument(IReadOnlyList<ModelItem> Models) : Document;

internal sealed record ModelItem(string Name, int LatestNumber, DateTimeOffset CreatedAt, IReadOnlyList<AliasItem> Aliases);

internal sealed record ModelDocument(ModelItem Model, IReadOnlyList<ModelVersionItem> Versions) : Document;

internal sealed record ModelVersionDocument(ModelVersionItem Version, IReadOnlyList<AliasItem> Aliases, IReadOnlyList<VerdictItem> Verdicts,
    IReadOnlyList<ApprovalItem> Approvals, IReadOnlyList<CommentItem> Comments) : Document;

internal sealed record AliasListDocument(string Model, IReadOnlyList<AliasItem> Aliases) : Document;

internal sealed record AliasHistoryDocument(string Model, string Alias, IReadOnlyList<AliasItem> Moves) : Document;

internal sealed record AliasMoveDocument(string Model, string Alias, int Previous, int Number, bool Done) : Document;

internal sealed record AliasItem(string Alias, int Number, long Revision, string MovedBy, DateTimeOffset MovedAt, string? Reason, bool Override)
{
    public static AliasItem Of(ModelAlias alias) => new(alias.Alias, alias.Number, alias.Revision, alias.MovedBy, alias.MovedAt, alias.Reason, alias.Override);
}

internal sealed record ModelVersionItem(
    string Model, int Number, string Digest, string Format, IReadOnlyDictionary<string, string> Facts, string? RunId,
    IReadOnlyList<string> DatasetVersions, IReadOnlyDictionary<string, double> Metrics, IReadOnlyDictionary<string, string> Tags, string? Description,
    IReadOnlyList<FileItem> Files, IReadOnlyList<FileItem> Attachments, SignatureItem? Signature, string CreatedBy, DateTimeOffset CreatedAt, string? Stage, string? LegalHold)
{
    public static ModelVersionItem Of(ModelVersion version) => new(
        version.Model, version.Number, version.Digest.Hex, version.Format, version.Facts, version.RunId, version.DatasetVersions, version.Metrics, version.Tags,
        version.Description, Items(version.Files), Items(version.Attachments),
        version.Signature is null ? null : new SignatureItem(Items(version.Signature.Inputs), Items(version.Signature.Outputs)), version.CreatedBy, version.CreatedAt, version.Stage, version.LegalHold);

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

internal sealed record ApprovalItem(
    string Alias, string Digest, string By, DateTimeOffset At, string? Reason, DateTimeOffset? RevokedAt, string? RevokedBy, string? RevokedReason)
{
    public static ApprovalItem Of(Approval approval) => new(
        approval.Alias, approval.Digest.Hex, approval.By, approval.At, approval.Reason, approval.RevokedAt, approval.RevokedBy, approval.RevokedReason);
}

internal sealed record CommentItem(string By, DateTimeOffset At, string Text);

internal sealed record ApprovalDocument(string Model, int Number, ApprovalItem Approval) : Document;

internal sealed record RegisteredDocument(ModelVersionItem Version) : Document;

internal sealed record PromotionDocument(string Model, string Alias, int? Previous, int Number, bool Promoted, string? Refusal) : Document;

internal sealed record ComparisonDocument(
    string Left, string Right, bool SameContent, IReadOnlyList<MetricPairItem> Metrics, IReadOnlyList<FieldPairItem> Signature, IReadOnlyList<string> OnlyLeftData,
    IReadOnlyList<string> OnlyRightData, IReadOnlyList<string> Files, long LeftSize, long RightSize, string LeftBy, string RightBy, DateTimeOffset LeftAt, DateTimeOffset RightAt) : Document;

internal sealed record MetricPairItem(string Name, double Left, double Right);

internal sealed record FieldPairItem(string Name, bool IsOutput, FieldItem? Left, FieldItem? Right);

internal sealed record PolicyDocument(
    string Model, string Alias, IReadOnlyList<PolicyGateItem> Gates, int Approvals, IReadOnlyList<string> Approvers, bool AuthorMayApprove, IReadOnlyList<string> Owners,
    IReadOnlyList<string> MayOverride, long Revision, string SetBy, DateTimeOffset SetAt) : Document
{
    public static PolicyDocument Of(AliasPolicy policy) => new(
        policy.Model, policy.Alias, [.. policy.Gates.Select(g => new PolicyGateItem(g.Gate, g.MaxAge?.TotalSeconds))], policy.Approvals, policy.Approvers, policy.AuthorMayApprove,
        policy.Owners, policy.MayOverride, policy.Revision, policy.SetBy, policy.SetAt);
}

internal sealed record PolicyGateItem(string Gate, double? MaxAgeSeconds);
