using System.Globalization;
using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Models;

/// <summary>The registry's collections: what is kept, under which id, findable by which fields.</summary>
internal sealed class ModelRecords(IRecordStore store)
{
    public RecordCollection<Model> Models { get; } = new(store, Collections.Models, ModelsJson.Default.Model, m => ModelId(m.Name), (m, fields) => fields["name"] = m.Name,
        m => m with { Tags = m.Tags ?? new Dictionary<string, string>(), Stages = m.Stages is null ? null : m.Stages with { Next = m.Stages.Next ?? new Dictionary<string, IReadOnlyList<string>>() } });

    public RecordCollection<ModelVersion> Versions { get; } = new(store, Collections.ModelVersions, ModelsJson.Default.ModelVersion, v => VersionId(v.Model, v.Number), (v, fields) =>
    {
        fields["model"] = v.Model;
        fields["number"] = v.Number;
        fields["digest"] = v.Digest.Hex;
        fields["format"] = v.Format;
        fields["createdAt"] = FieldValue.Of(v.CreatedAt);
        if (v.RunId is not null) fields["run"] = v.RunId;
        if (v.Stage is not null) fields["stage"] = v.Stage;
    }, Complete);

    public RecordCollection<DeletedVersion> Deleted { get; } = new(store, Collections.DeletedModelVersions, ModelsJson.Default.DeletedVersion, v => VersionId(v.Model, v.Number), (v, fields) =>
    {
        fields["model"] = v.Model;
        fields["number"] = v.Number;
    });

    public RecordCollection<ModelComment> Comments { get; } = new(store, Collections.ModelComments, ModelsJson.Default.ModelComment, c => c.Id, (c, fields) =>
    {
        fields["model"] = c.Model;
        fields["number"] = c.Number;
        fields["at"] = FieldValue.Of(c.At);
    });

    /// <summary>A removed alias stays as a document with number 0, so that its revisions keep counting.</summary>
    public RecordCollection<ModelAlias> Aliases { get; } = new(store, Collections.ModelAliases, ModelsJson.Default.ModelAlias, a => AliasId(a.Model, a.Alias), Index);

    public RecordCollection<ModelAlias> Moves { get; } = new(store, Collections.ModelAliasMoves, ModelsJson.Default.ModelAlias, MoveId, Index);

    public RecordCollection<GateVerdict> Verdicts { get; } = new(store, Collections.GateVerdicts, ModelsJson.Default.GateVerdict, v => v.Id, (v, fields) =>
    {
        fields["model"] = v.Model;
        fields["number"] = v.Number;
        fields["gate"] = v.Gate;
        fields["outcome"] = v.Outcome.ToString();
        fields["at"] = FieldValue.Of(v.At);
    }, v => v with { Evidence = v.Evidence ?? new Dictionary<string, double>() });

    public RecordCollection<AliasPolicy> Policies { get; } = new(store, Collections.AliasPolicies, ModelsJson.Default.AliasPolicy, p => AliasId(p.Model, p.Alias), (p, fields) =>
    {
        fields["model"] = p.Model;
        fields["alias"] = p.Alias;
    }, p => p with { Gates = p.Gates ?? [], Approvers = p.Approvers ?? [], Owners = p.Owners ?? [], MayOverride = p.MayOverride ?? [], SetBy = p.SetBy ?? "" });

    public RecordCollection<Approval> Approvals { get; } = new(store, Collections.Approvals, ModelsJson.Default.Approval, ApprovalId, (a, fields) =>
    {
        fields["model"] = a.Model;
        fields["alias"] = a.Alias;
        fields["number"] = a.Number;
        fields["by"] = a.By;
        fields["at"] = FieldValue.Of(a.At);
    });

    public static string ModelId(string model) => Fitted(model);

    public static string VersionId(string model, int number) => string.Create(CultureInfo.InvariantCulture, $"{Fitted(model)}/{number}");

    public static string AliasId(string model, string alias) => Fitted($"{model}@{alias}");

    /// <summary>One approval a person, alias and version: who approves again after revoking writes over it.</summary>
    public static string ApprovalId(Approval approval) => string.Create(
        CultureInfo.InvariantCulture, $"{AliasId(approval.Model, approval.Alias)}/{approval.Number}/{Digest.Of(approval.By.ToUpperInvariant()).Hex[..16]}");

    private static string MoveId(ModelAlias move) => string.Create(CultureInfo.InvariantCulture, $"{AliasId(move.Model, move.Alias)}/{move.Revision:D19}");

    private static void Index(ModelAlias alias, IDictionary<string, FieldValue> fields)
    {
        fields["model"] = alias.Model;
        fields["alias"] = alias.Alias;
        fields["number"] = alias.Number;
        fields["revision"] = alias.Revision;
        fields["movedAt"] = FieldValue.Of(alias.MovedAt);
    }

    public static ModelVersion Complete(ModelVersion version) => version with
    {
        Facts = version.Facts ?? new Dictionary<string, string>(),
        Files = version.Files ?? [],
        DatasetVersions = version.DatasetVersions ?? [],
        Metrics = version.Metrics ?? new Dictionary<string, double>(),
        Tags = version.Tags ?? new Dictionary<string, string>(),
        Attachments = version.Attachments ?? [],
        Signature = version.Signature is { Examples: null } old ? old with { Examples = [] } : version.Signature,
    };

    private static string Fitted(string id) => FittedName.Of(id, 480);
}
