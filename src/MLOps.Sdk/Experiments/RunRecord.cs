using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Experiments;

/// <summary>
/// The record of a run that is being written. Updates of this process go one after another; when another process
/// came first, the update is made again on what it left. Thread-safe.
/// </summary>
#pragma warning disable CA1001 // A SemaphoreSlim whose wait handle is never asked for has nothing to dispose.
sealed class RunRecord(RunRecords records, GroupedCommits commits, Stored<Run> stored)
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim _turn = new(1);
    private volatile Stored<Run> _stored = stored;

    public Run Value => _stored.Value;

    public ObjectDisposedException Closed() =>
        new(nameof(IRun), $"The run {Value.Id} is completed or disposed and takes no more. Resume it to go on writing.");

    /// <summary>Changes the run; a change that gives the same object back writes nothing.</summary>
    public ValueTask<Run> UpdateAsync(Func<Run, Run> change, string reason, CancellationToken cancellationToken) =>
        UpdateAsync(change, [], reason, cancellationToken);

    /// <summary>Changes the run and, if it is changed, does the other operations in the same commit.</summary>
    /// <param name="change">Gives the run as it should be.</param>
    /// <param name="others">What else the commit does.</param>
    /// <param name="reason">For the commit.</param>
    /// <param name="cancellationToken">Cancels; nothing is written.</param>
    /// <param name="fresh">Reads the record first: another process may have changed what the change looks at.</param>
    public async ValueTask<Run> UpdateAsync(Func<Run, Run> change, IReadOnlyList<RecordOperation> others, string reason, CancellationToken cancellationToken, bool fresh = false)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (fresh) _stored = await ReadAsync(cancellationToken).ConfigureAwait(false);
            while (true)
            {
                var before = _stored;
                var after = change(before.Value);
                if (ReferenceEquals(after, before.Value)) return after;
                var put = records.Runs.Put(before, after);
                try
                {
                    var done = await commits.CommitAsync([put, .. others], reason, cancellationToken).ConfigureAwait(false);
                    _stored = new Stored<Run>(after, done.Versions[0], put.Json);
                    return after;
                }
                catch (MLOpsConflictException)
                {
                    var now = await ReadAsync(cancellationToken).ConfigureAwait(false);
                    if (now.Version == before.Version) throw;
                    _stored = now;
                }
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private async ValueTask<Stored<Run>> ReadAsync(CancellationToken cancellationToken) =>
        await records.Runs.GetAsync(Value.Id, cancellationToken).ConfigureAwait(false)
        ?? throw new MLOpsNotFoundException($"The run {Value.Id} was deleted while it was being written.");
}
