using System.Globalization;

namespace MLOps.Storage;

/// <summary>Gathers operations into commits, and sees that each lands on its position.</summary>
internal sealed class ReplayBatch(IRecordStore store, long position, string actor)
{
    private const int MaxOperations = 500, MaxBytes = 4 * 1024 * 1024;

    private readonly HashSet<RecordKey> _keys = [];
    private List<RecordOperation> _operations = [];
    private long _bytes, _position = position;

    /// <summary>Tells this copy's names from those of others.</summary>
    public string Id { get; } = Guid.NewGuid().ToString("N");

    public async ValueTask AddAsync(RecordOperation operation, int bytes, CancellationToken cancellationToken)
    {
        // A commit touches each record once.
        if (_operations.Count == MaxOperations || _bytes >= MaxBytes || _keys.Contains(operation.Key)) await FlushAsync(cancellationToken).ConfigureAwait(false);
        _keys.Add(operation.Key);
        _operations.Add(operation);
        _bytes += bytes;
    }

    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (_operations.Count == 0) return;
        _position += _operations.Count;
        CommitResult result;
        try
        {
            result = await store.CommitAsync(new RecordCommit(actor, _operations), cancellationToken).ConfigureAwait(false);
        }
        catch (MLOpsConflictException error)
        {
            throw new MLOpsConflictException("Somebody else writes to the target of the copy. Stop the writer, empty the target, and copy again.", error.Subjects, error);
        }

        if (result.Position != _position)
            throw new MLOpsConflictException(string.Create(CultureInfo.InvariantCulture, $"The target gave the position {result.Position} where {_position} was due: somebody else writes to it, or it does not number operations one by one. Nobody may write to it meanwhile."));
        _operations = [];
        _keys.Clear();
        _bytes = 0;
    }
}
