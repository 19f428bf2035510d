using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace MLOps.Storage.Decorators;

/// <summary>
/// Proofs that a commit happened: a record that the commit itself writes, with a word that no other commit has. Whoever does
/// not know whether his commit happened reads it. A record serves one commit at a time and is written over by the next, so that
/// a process leaves as many as it ever had commits under way at once.
/// </summary>
/// <param name="store">Where they are read.</param>
internal sealed class Receipts(IRecordStore store)
{
    public const string Collection = "storage-receipts";

    private readonly ConcurrentBag<(RecordKey Key, long Version)> _free = [];
    private readonly string _owner = Guid.CreateVersion7().ToString("N");
    private int _made;

    /// <summary>
    /// Takes a record for a commit. It is expected at the version that it has, so that of several attempts at one commit only one
    /// can happen, also when an earlier one was only slow.
    /// </summary>
    public RecordPut Take()
    {
        if (!_free.TryTake(out var free)) free = (new(Collection, string.Create(CultureInfo.InvariantCulture, $"{_owner}/{Interlocked.Increment(ref _made)}")), 0);
        return new RecordPut(free.Key, Encoding.UTF8.GetBytes($"{{\"commit\":\"{Guid.CreateVersion7():N}\"}}"), Expected: free.Version);
    }

    /// <summary>Frees a record whose commit's outcome is known. One whose outcome is not must not serve again.</summary>
    public void Return(RecordPut receipt, bool written) => _free.Add((receipt.Key, receipt.Expected!.Value + (written ? 1 : 0)));

    /// <summary>Whether the commit that carried the receipt happened.</summary>
    public async ValueTask<bool> IsThereAsync(RecordPut receipt, CancellationToken cancellationToken) =>
        await store.GetAsync(receipt.Key, cancellationToken).ConfigureAwait(false) is { } found && found.Json.Span.SequenceEqual(receipt.Json.Span);

    /// <summary>The position at which a commit that happened wrote its receipt.</summary>
    public async ValueTask<long> PositionAsync(RecordPut receipt, CancellationToken cancellationToken)
    {
        await foreach (var change in store.WatchAsync(0, [Collection], cancellationToken).ConfigureAwait(false))
            if (change.Key == receipt.Key) return change.Position;
        return 0;
    }
}
