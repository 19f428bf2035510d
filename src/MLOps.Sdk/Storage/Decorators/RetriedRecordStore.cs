namespace MLOps.Storage.Decorators;

/// <summary>
/// Repeats calls on a record store, so that each commit happens exactly once. A commit whose outcome is unknown, because the
/// connection broke while it was under way, is not simply tried again: without expected versions it could happen twice, and with
/// them a conflict would not tell the rival's equal bytes from our own. So every commit carries a receipt (see
/// <see cref="Receipts"/>), and what the store says of the receipt decides.
/// </summary>
internal sealed class RetriedRecordStore(IRecordStore inner, Retry retry) : IRecordStore
{
    private readonly Receipts _receipts = new(inner);

    public ValueTask<Record?> GetAsync(RecordKey key, CancellationToken cancellationToken = default) => retry.RunAsync(token => inner.GetAsync(key, token), cancellationToken);

    public ValueTask<RecordPage> QueryAsync(RecordQuery query, CancellationToken cancellationToken = default) => retry.RunAsync(token => inner.QueryAsync(query, token), cancellationToken);

    public IAsyncEnumerable<RecordChange> WatchAsync(long after, IReadOnlyCollection<string> collections, CancellationToken cancellationToken = default)
    {
        var changes = retry.EnumerateAsync<RecordChange, long>(last => inner.WatchAsync(last ?? after, collections, cancellationToken), change => change.Position, cancellationToken);
        return collections is { Count: 0 } ? changes.Where(change => change.Key.Collection != Receipts.Collection) : changes;
    }

    public async ValueTask<CommitResult> CommitAsync(RecordCommit commit, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        CommitRules.Require(commit);
        if (commit.Operations.All(o => o is RecordCheck)) return await retry.RunAsync(token => inner.CommitAsync(commit, token), cancellationToken).ConfigureAwait(false);
        // No room for a receipt, so no second try.
        if (commit.Operations.Count == CommitRules.MaxOperations) return await inner.CommitAsync(commit, cancellationToken).ConfigureAwait(false);

        var receipt = _receipts.Take();
        // In front, so that the commit's last position stays the caller's last operation's.
        var proven = commit with { Operations = [receipt, .. commit.Operations] };
        var unknown = false;
        var result = await retry.RunAsync(async token =>
        {
            if (unknown && await _receipts.IsThereAsync(receipt, token).ConfigureAwait(false)) return await RecallAsync(commit, receipt, token).ConfigureAwait(false);
            try
            {
                var committed = await inner.CommitAsync(proven, token).ConfigureAwait(false);
                return committed with { Versions = [.. committed.Versions.Skip(1)] };
            }
            catch (MLOpsUnavailableException)
            {
                unknown = true;
                throw;
            }
            catch (MLOpsConflictException) when (unknown)
            {
                // An attempt that looked lost may have arrived after we looked for its receipt.
                if (await _receipts.IsThereAsync(receipt, token).ConfigureAwait(false)) return await RecallAsync(commit, receipt, token).ConfigureAwait(false);
                throw;
            }
            catch (MLOpsConflictException)
            {
                _receipts.Return(receipt, written: false);
                throw;
            }
        }, cancellationToken).ConfigureAwait(false);
        _receipts.Return(receipt, written: true);
        return result;
    }

    /// <summary>
    /// The answer of a commit that happened though nobody said so. A version is exact unless the record has changed since;
    /// then it is an older one, and expecting it is a conflict, as it must be.
    /// </summary>
    private async ValueTask<CommitResult> RecallAsync(RecordCommit commit, RecordPut receipt, CancellationToken cancellationToken)
    {
        var versions = new long[commit.Operations.Count];
        for (var i = 0; i < versions.Length; i++)
        {
            var operation = commit.Operations[i];
            versions[i] = operation is RecordCheck ? operation.Expected!.Value
                : operation.Expected is { } expected and > 0 ? expected + 1
                : operation is not RecordPut put ? RecordOperation.Absent
                : await inner.GetAsync(put.Key, cancellationToken).ConfigureAwait(false) is { } found && found.Json.Span.SequenceEqual(put.Json.Span) ? found.Version
                : 1;
        }

        return new(await _receipts.PositionAsync(receipt, cancellationToken).ConfigureAwait(false) + versions.Length, versions);
    }
}
