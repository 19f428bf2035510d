using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Pipelines;

/// <summary>Reads and writes the state records. A lost race gives null: somebody else holds the retraining.</summary>
internal sealed class RetrainingStates(RecordWriter records)
{
    public const string Collection = "retrainings";

    private readonly RecordCollection<RetrainingState> _states = new(
        records.Store, Collection, PipelinesJson.Default.RetrainingState, s => s.Model,
        (state, fields) => fields["state"] = state.Running is null ? "idle" : "running");

    public ValueTask<Stored<RetrainingState>?> ReadAsync(string model, CancellationToken cancellationToken) => _states.GetAsync(model, cancellationToken);

    public async ValueTask<Stored<RetrainingState>?> WriteAsync(
        Stored<RetrainingState>? previous, RetrainingState next, IReadOnlyList<RecordOperation> also, string reason, CancellationToken cancellationToken)
    {
        var put = previous is null ? _states.Put(next, RecordOperation.Absent) : _states.Put(previous, next);
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
