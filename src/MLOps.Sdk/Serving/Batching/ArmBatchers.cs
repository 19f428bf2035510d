using System.Collections.Concurrent;

namespace MLOps.Serving;

/// <summary>A batcher for each arm: one that hangs fills its own queue and nobody else's.</summary>
internal sealed class ArmBatchers<TInput, TOutput>(
    GenerationSlot<TInput, TOutput> slot, BatchingOptions options, Action<IReadOnlyList<QueuedRows<TInput, TOutput>>> run, TimeProvider time)
{
    private readonly MicroBatcher<TInput, TOutput> _first = new(slot.Model, options, run, time);
    private readonly ConcurrentDictionary<string, MicroBatcher<TInput, TOutput>> _others = new(StringComparer.Ordinal);

    public BatchingOptions Options => options;

    public MicroBatcher<TInput, TOutput> Of(in RoutedLease<TInput, TOutput> lease) =>
        lease.IsFirst ? _first : _others.GetOrAdd(lease.Why!.Arm, _ => new(slot.Model, options, run, time));

    /// <summary>Rows that could not enter wait for their turn.</summary>
    public static Task QueuedAsync(MicroBatcher<TInput, TOutput> batcher, QueuedRows<TInput, TOutput> rows, CancellationToken cancellationToken)
    {
        rows.CancelBy(cancellationToken);
        try
        {
            batcher.Enqueue(rows);
        }
        catch
        {
            rows.Complete();
            throw;
        }

        return rows.Done;
    }
}
