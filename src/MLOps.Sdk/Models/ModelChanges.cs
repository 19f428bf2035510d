using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Models;

/// <summary>Changes models and versions, and deletes versions. Whether a stage may follow and whether a version may go is asked of every commit by <see cref="VersionRule"/>.</summary>
internal sealed class ModelChanges(RecordWriter writer, ModelRecords records, ModelAliases aliases)
{
    public async ValueTask<ModelVersion> ChangeAsync(string model, int number, VersionChange change, CancellationToken cancellationToken)
    {
        Name.Require(model, "model name");
        Require(change.Description, change.Tags, change.Reason);
        Reasons.Require(change.LegalHold, "reason of the legal hold");
        if (change.Stage is not null) Name.Require(change.Stage, "stage");
        return await RetriedAsync(async () =>
        {
            var current = await records.Versions.GetAsync(ModelRecords.VersionId(model, number), cancellationToken).ConfigureAwait(false)
                ?? throw await aliases.NoVersionAsync(model, number, cancellationToken).ConfigureAwait(false);
            if (change.ExpectedStage is { } expected && expected != (current.Value.Stage ?? ""))
                throw new MLOpsConflictException(
                    $"{current.Value} was expected in {Shown(expected)}, but it is in {Shown(current.Value.Stage)}. Nothing was changed.", [records.Versions.Key(ModelRecords.VersionId(model, number)).ToString()]);
            var next = current.Value with
            {
                Description = Changed(current.Value.Description, change.Description),
                Tags = Changed(current.Value.Tags, change.Tags),
                Stage = change.Stage ?? current.Value.Stage,
                LegalHold = Changed(current.Value.LegalHold, change.LegalHold),
            };
            RecordOperation[] operations = next.Stage == current.Value.Stage
                ? [records.Versions.Put(current, next)]
                : [
                    records.Versions.Put(current, next),
                    Outbox.Of(
                        writer, ModelEventType.StageMoved, model, next.ToRef(),
                        ("number", Outbox.Text(number)), ("stage", next.Stage), ("previous", current.Value.Stage), ("reason", change.Reason)),
                ];
            return (next, operations);
        }, change.Reason, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<Model> ChangeModelAsync(string model, ModelChange change, CancellationToken cancellationToken)
    {
        Name.Require(model, "model name");
        Require(change.Description, change.Tags, change.Reason);
        if (change.Stages is not null) StageRules.Require(change.Stages);
        return await RetriedAsync(async () =>
        {
            var current = await records.Models.GetAsync(ModelRecords.ModelId(model), cancellationToken).ConfigureAwait(false)
                ?? throw await aliases.NoModelAsync(model, cancellationToken).ConfigureAwait(false);
            var next = current.Value with
            {
                Description = Changed(current.Value.Description, change.Description), Tags = Changed(current.Value.Tags, change.Tags), Stages = change.Stages ?? current.Value.Stages,
            };
            return (next, (RecordOperation[])[records.Models.Put(current, next)]);
        }, change.Reason, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DeleteAsync(string model, int number, string reason, CancellationToken cancellationToken)
    {
        Name.Require(model, "model name");
        if (string.IsNullOrWhiteSpace(reason)) throw new MLOpsInvalidException("A version is not deleted without a reason: whoever looks for it later wants to know.");
        Reasons.Require(reason);
        await RetriedAsync(async () =>
        {
            var current = await records.Versions.GetAsync(ModelRecords.VersionId(model, number), cancellationToken).ConfigureAwait(false)
                ?? throw await aliases.NoVersionAsync(model, number, cancellationToken).ConfigureAwait(false);
            var version = current.Value;
            var left = new DeletedVersion { Model = model, Number = number, Digest = version.Digest, By = writer.Actor, At = writer.Now, Reason = reason };
            RecordOperation[] operations =
            [
                new RecordDelete(records.Versions.Key(ModelRecords.VersionId(model, number)), current.Version),
                records.Deleted.Put(left, RecordOperation.Absent),
                Outbox.Of(writer, ModelEventType.VersionDeleted, model, version.ToRef(), ("number", Outbox.Text(number)), ("digest", version.Digest.Hex), ("reason", reason)),
                .. version.Files.Concat(version.Attachments).Select(f => f.Digest).Distinct().Select(d => new RecordDelete(Pin.Of(ContentStore.Key(d), version.ToRef()).Key)),
            ];
            return (left, operations);
        }, reason, cancellationToken).ConfigureAwait(false);
    }

    // Two who change different things at once are no conflict for either of them: the one who was slower reads again.
    private async ValueTask<T> RetriedAsync<T>(Func<ValueTask<(T Value, RecordOperation[] Operations)>> make, string? reason, CancellationToken cancellationToken)
    {
        long? lost = null;
        while (true)
        {
            var (value, operations) = await make().ConfigureAwait(false);
            try
            {
                await writer.CommitAsync(operations, reason, cancellationToken).ConfigureAwait(false);
                return value;
            }
            catch (MLOpsConflictException) when (lost != operations[0].Expected)
            {
                lost = operations[0].Expected;
            }
        }
    }

    private static string? Changed(string? before, string? change) => change is null ? before : change.Length == 0 ? null : change;

    private static Dictionary<string, string> Changed(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string?> changes)
    {
        var tags = before.ToDictionary(StringComparer.Ordinal);
        foreach (var (name, value) in changes)
        {
            if (value is null) tags.Remove(name);
            else tags[name] = value;
        }

        return tags;
    }

    private static void Require(string? description, IReadOnlyDictionary<string, string?> tags, string? reason)
    {
        Reasons.Require(description, "description");
        Reasons.Require(reason);
        foreach (var name in tags.Keys) Name.RequirePath(name, "tag name");
    }

    private static string Shown(string? stage) => string.IsNullOrEmpty(stage) ? "no stage" : $"the stage '{Name.Shown(stage)}'";
}
