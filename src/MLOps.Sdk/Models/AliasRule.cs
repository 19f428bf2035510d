using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Models;

/// <summary>
/// The one place through which every move of an alias goes, also one that an application writes as a record: the version it points to
/// exists, and its policy, if it has one, is met or overridden by somebody who may.
/// </summary>
internal sealed class AliasRule(TimeProvider time) : CommitRule
{
    public override string Collection => Collections.ModelAliases;

    public override async ValueTask<IReadOnlyList<RecordCheck>> CheckAsync(
        RecordCommit commit, RecordOperation operation, IRecordStore records, CancellationToken cancellationToken)
    {
        if (operation is not RecordPut put) throw new MLOpsInvalidException($"The record of an alias, {operation.Key}, is never deleted. Remove the alias with IModelRegistry.RemoveAliasAsync.");
        var models = new ModelRecords(records);
        var next = models.Aliases.Read(put);
        RequireHonest(models, commit, put, next);
        var before = await models.Aliases.GetAsync(put.Key.Id, cancellationToken).ConfigureAwait(false);
        if (before?.Value.Number == next.Number) return [];

        var policy = await models.Policies.GetAsync(put.Key.Id, cancellationToken).ConfigureAwait(false);
        var checks = new List<RecordCheck> { new(models.Policies.Key(put.Key.Id), policy?.Version ?? RecordOperation.Absent) };
        Stored<ModelVersion>? version = null;
        if (next.Number > 0)
        {
            var id = ModelRecords.VersionId(next.Model, next.Number);
            version = await models.Versions.GetAsync(id, cancellationToken).ConfigureAwait(false)
                ?? throw new MLOpsNotFoundException($"The alias '{next.Alias}' cannot point to {next.Model}/{next.Number}: there is no such version, or it was deleted a moment ago.");
            checks.Add(new(models.Versions.Key(id), version.Version));
        }

        if (policy is null) return next.Override ? throw NothingToOverride(next) : checks;
        if (next.Override) RequireMayOverride(policy.Value, next, commit);
        else checks.AddRange(await RequireAsync(models, policy.Value, next, version?.Value, cancellationToken).ConfigureAwait(false));
        return checks;
    }

    private async ValueTask<IEnumerable<RecordCheck>> RequireAsync(
        ModelRecords models, AliasPolicy policy, ModelAlias next, ModelVersion? version, CancellationToken cancellationToken)
    {
        if (version is null)
            throw new MLOpsRejectedException(
                $"The alias '{next.Alias}' of '{next.Model}' is protected and cannot be removed. Remove its policy first, or override it{Overriders(policy)}.");
        var judgement = await AliasJudgement.OfAsync(models, policy, version, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        return judgement.Missing.Count == 0
            ? judgement.Evidence
            : throw new MLOpsRejectedException(
                $"The alias '{next.Alias}' of '{next.Model}' is protected and cannot point to {version}: {string.Join(' ', judgement.Missing)} " +
                $"Nothing was moved. Supply what is missing, or override the policy{Overriders(policy)}.");
    }

    private static void RequireMayOverride(AliasPolicy policy, ModelAlias next, RecordCommit commit)
    {
        if (!Actors.Contains(policy.MayOverride, commit.Actor))
            throw new MLOpsRejectedException($"'{Name.Shown(commit.Actor)}' may not override the policy of the alias '{next.Alias}' of '{next.Model}'{Overriders(policy)}. Nothing was moved.");
        if (string.IsNullOrWhiteSpace(next.Reason) || next.Reason != commit.Reason)
            throw new MLOpsInvalidException($"The policy of the alias '{next.Alias}' of '{next.Model}' is not overridden without a reason. Say why; the history keeps it.");
    }

    /// <summary>A record that an application wrote itself must say what a move says: under its own id and fields, by whom it is committed.</summary>
    private static void RequireHonest(ModelRecords models, RecordCommit commit, RecordPut put, ModelAlias next)
    {
        if (models.Aliases.IsHonest(put, next) && next.MovedBy == commit.Actor && next.Number >= 0) return;
        throw new MLOpsInvalidException($"The record {put.Key} is no move of an alias: its id, fields or actor are not those of its document. Move aliases with IModelRegistry.");
    }

    private static string Overriders(AliasPolicy policy) => policy.MayOverride.Count == 0 ? " (nobody may)" : $" (who may: {string.Join(", ", policy.MayOverride.Select(Name.Shown))})";

    private static MLOpsInvalidException NothingToOverride(ModelAlias next) =>
        new($"The alias '{next.Alias}' of '{next.Model}' has no policy, so there is nothing to override. Move it without.");
}
