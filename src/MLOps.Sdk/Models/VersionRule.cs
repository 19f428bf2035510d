using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Models;

/// <summary>What was registered stays as it was, stages follow as the model allows, and a version is not deleted while an alias points to it or a legal hold is on it.</summary>
internal sealed class VersionRule : CommitRule
{
    public override string Collection => Collections.ModelVersions;

    public override async ValueTask<IReadOnlyList<RecordCheck>> CheckAsync(
        RecordCommit commit, RecordOperation operation, IRecordStore records, CancellationToken cancellationToken)
    {
        var models = new ModelRecords(records);
        if (await models.Versions.GetAsync(operation.Key.Id, cancellationToken).ConfigureAwait(false) is not { Value: var before }) return [];
        if (operation is RecordPut put)
        {
            var next = models.Versions.Read(put);
            if (next.Stage != before.Stage)
                StageRules.RequireStep(before, before.Stage, next.Stage, (await models.Models.GetAsync(ModelRecords.ModelId(before.Model), cancellationToken).ConfigureAwait(false))?.Value.Stages);
            return (next.Model, next.Number, next.Digest, next.CreatedBy, next.CreatedAt) == (before.Model, before.Number, before.Digest, before.CreatedBy, before.CreatedAt)
                && ModelDigest.Of(next.Format, next.Facts, next.Files) == ModelDigest.Of(before.Format, before.Facts, before.Files)
                ? []
                : throw new MLOpsInvalidException($"The content and the origin of {before} cannot be changed: others rely on them. Register a new version.");
        }

        if (before.LegalHold is { } hold) throw new MLOpsRejectedException($"{before} cannot be deleted: it is under legal hold ({Name.Shown(hold)}). Whoever may lifts the hold first.");
        var pointing = await PointingAsync(models, before, cancellationToken).ConfigureAwait(false);
        return pointing.Count == 0
            ? []
            : throw new MLOpsRejectedException(
                $"{before} cannot be deleted: the {(pointing.Count == 1 ? "alias" : "aliases")} {string.Join(", ", pointing.Select(a => $"'{a}'"))} {(pointing.Count == 1 ? "points" : "point")} to it. Move or remove first what points to it.");
    }

    public static async ValueTask<IReadOnlyList<string>> PointingAsync(ModelRecords models, ModelVersion version, CancellationToken cancellationToken)
    {
        var aliases = new List<string>();
        var pointing = Filter.And(Filter.Equal("model", version.Model), Filter.Equal("number", version.Number));
        await foreach (var alias in models.Aliases.QueryAsync(pointing, cancellationToken: cancellationToken).ConfigureAwait(false)) aliases.Add(alias.Value.Alias);
        return aliases;
    }
}
