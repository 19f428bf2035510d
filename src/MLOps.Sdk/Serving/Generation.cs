using MLOps.Models;

namespace MLOps.Serving;

/// <summary>One version, loaded: immutable but for the count of its predictions and the calls inside it.</summary>
internal sealed class Generation<TInput, TOutput>(ulong id, ModelVersion version, IModel<TInput, TOutput> model, DateTimeOffset loadedAt, Func<Generation<TInput, TOutput>, Exception?, Task> disposed)
{
    private readonly TaskCompletionSource _disposal = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LeaseCount _leases = new();
    private PaddedCounter _sequence;

    public ulong Id { get; } = id;

    public ModelVersion Version { get; } = version;

    public int Number { get; } = version.Number;

    public IModel<TInput, TOutput> Model { get; } = model;

    public DateTimeOffset LoadedAt { get; } = loadedAt;

    /// <summary>How long one call in sixteen took, and every call that failed.</summary>
    public ArmCounter Usage { get; } = new("", version.Number, false, RouteLimits.None, TimeProvider.System);

    /// <summary>Completes when the model was disposed, after its last call.</summary>
    public Task Disposal => _disposal.Task;

    /// <summary>How many sequence numbers were given out.</summary>
    public ulong Count => (ulong)Interlocked.Read(ref _sequence.Value);

    /// <summary>What it was asked, for people.</summary>
    public ServedUsage Describe()
    {
        var usage = Usage.Read();
        return new((long)Count, usage.Errors, LatencyBuckets.Quantile(usage.Latency, 0.5), LatencyBuckets.Quantile(usage.Latency, 0.99));
    }

    /// <summary>The first of the next <paramref name="count"/> sequence numbers.</summary>
    public ulong Next(int count = 1) => (ulong)(Interlocked.Add(ref _sequence.Value, count) - count + 1);

    public bool TryAcquire(out GenerationLease<TInput, TOutput> lease)
    {
        if (_leases.TryEnter(out var stripe, out var drained))
        {
            lease = new(this, stripe);
            return true;
        }

        if (drained) Dispose();
        lease = default;
        return false;
    }

    /// <summary>Called after the generation was replaced: it is disposed once the calls inside it have ended.</summary>
    public void Retire()
    {
        if (_leases.Retire()) Dispose();
    }

    internal void Release(int stripe)
    {
        if (_leases.Leave(stripe)) Dispose();
    }

    // Not on the thread of the last caller: its prediction must not wait for a model to be taken down.
    private void Dispose() => ThreadPool.UnsafeQueueUserWorkItem(static g => _ = g.DisposeAsync(), this, preferLocal: false);

    private async Task DisposeAsync()
    {
        Exception? failure = null;
        try
        {
            await ModelDisposal.DisposeAsync(Model).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            failure = e;
        }

        await disposed(this, failure).ConfigureAwait(false);
        _disposal.SetResult();
    }
}
