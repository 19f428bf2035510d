using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Models;

/// <summary>Nobody approves for somebody else or for another content, and an approval is revoked, never deleted.</summary>
internal sealed class ApprovalRule : CommitRule
{
    public override string Collection => Collections.Approvals;

    public override async ValueTask<IReadOnlyList<RecordCheck>> CheckAsync(
        RecordCommit commit, RecordOperation operation, IRecordStore records, CancellationToken cancellationToken)
    {
        if (operation is not RecordPut put) throw new MLOpsInvalidException($"The approval {operation.Key} is not deleted, it is revoked: AliasProtection.RevokeAsync.");
        var models = new ModelRecords(records);
        var expected = models.Approvals.Read(put);
        var before = (await models.Approvals.GetAsync(put.Key.Id, cancellationToken).ConfigureAwait(false))?.Value;
        return models.Approvals.IsHonest(put, expected)
            ? expected.RevokedAt is null
                ? await ApprovedAsync(models, commit, expected, before, cancellationToken).ConfigureAwait(false)
                : await RevokedAsync(models, commit, expected, before, cancellationToken).ConfigureAwait(false)
            : throw Dishonest(put.Key);
    }

    private static async ValueTask<IReadOnlyList<RecordCheck>> ApprovedAsync(
        ModelRecords models, RecordCommit commit, Approval next, Approval? before, CancellationToken cancellationToken)
    {
        if (next.By != commit.Actor || (before is not null && !Actors.Same(before.By, next.By)))
            throw new MLOpsRejectedException($"'{Name.Shown(commit.Actor)}' cannot approve in the name of '{Name.Shown(next.By)}'.");
        var id = ModelRecords.VersionId(next.Model, next.Number);
        var version = await models.Versions.GetAsync(id, cancellationToken).ConfigureAwait(false)
            ?? throw new MLOpsNotFoundException($"There is no {next.Model}/{next.Number} to approve, or it was deleted a moment ago.");
        if (version.Value.Digest != next.Digest)
            throw new MLOpsInvalidException($"The approval is for the content {next.Digest}, but {version.Value} has {version.Value.Digest}. Look at the version again.");
        return [new(models.Versions.Key(id), version.Version)];
    }

    private static async ValueTask<IReadOnlyList<RecordCheck>> RevokedAsync(
        ModelRecords models, RecordCommit commit, Approval next, Approval? before, CancellationToken cancellationToken)
    {
        if (before is null || next with { RevokedAt = null, RevokedBy = null, RevokedReason = null } != before with { RevokedAt = null, RevokedBy = null, RevokedReason = null } || next.RevokedBy != commit.Actor)
            throw Dishonest(models.Approvals.Key(ModelRecords.ApprovalId(next)));
        if (Actors.Same(before.By, commit.Actor)) return [];
        var id = ModelRecords.AliasId(next.Model, next.Alias);
        var policy = await models.Policies.GetAsync(id, cancellationToken).ConfigureAwait(false);
        return policy is not null && Actors.Contains(policy.Value.Owners, commit.Actor)
            ? [new(models.Policies.Key(id), policy.Version)]
            : throw new MLOpsRejectedException($"'{Name.Shown(commit.Actor)}' may not revoke the approval of '{Name.Shown(before.By)}': only they themselves and the owners of the alias's policy may.");
    }

    private static MLOpsInvalidException Dishonest(RecordKey key) =>
        new($"The record {key} is no approval: its id, fields or actor are not those of its document. Approve and revoke with AliasProtection.");
}
