using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Pipelines;

/// <summary>Reads and writes the state records. A lost race gives null: somebody else holds the retraining.</summary>
internal sealed class RetrainingStates(RecordWriter records)
{
    public RecordCollection<RetrainingState> Records { get; } = new(
        records.Store, Collections.Retrainings, PipelinesJson.Default.RetrainingState, s => s.Model,
        (state, fields) => fields["state"] = state.Running is null ? "idle" : "running",
        state => state with { Started = state.Started ?? [], History = state.History ?? [] });

    public ValueTask<Stored<RetrainingState>?> ReadAsync(string model, CancellationToken cancellationToken) => Records.GetAsync(model, cancellationToken);

    public async ValueTask<Stored<RetrainingState>?> WriteAsync(
        Stored<RetrainingState>? previous, RetrainingState next, IReadOnlyList<RecordOperation> also, string reason, CancellationToken cancellationToken)
    {
        var put = previous is null ? Records.Put(next, RecordOperation.Absent) : Records.Put(previous, next);
        try
        {
            var result = await records.CommitAsync([put, .. also], reason, cancellationToken).ConfigureAwait(false);
            return new(next, result.Versions[0], put.Json);
        }
        catch (MLOpsConflictException)
        {
            return null;
        }
    }
}
