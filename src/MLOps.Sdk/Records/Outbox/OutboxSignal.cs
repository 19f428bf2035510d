using MLOps.Storage;

namespace MLOps.Records;

/// <summary>Wakes who waits for the next event of a store.</summary>
internal static class OutboxSignal
{
    /// <summary>The position after which to wait: read before the work that must not miss what comes during it.</summary>
    public static async ValueTask<long> PositionAsync(IRecordStore store, CancellationToken cancellationToken) =>
        (await store.QueryAsync(new RecordQuery(Collections.Outbox) { Size = 1 }, cancellationToken).ConfigureAwait(false)).Position;

    /// <summary>Ends when an event comes after the position, or the time is over.</summary>
    public static async ValueTask WaitAsync(RecordWriter writer, long after, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(timeout, writer.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await foreach (var change in writer.Store.WatchAsync(after, [Collections.Outbox], both.Token).ConfigureAwait(false))
                if (change.Record is not null) return;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
        }
    }
}
