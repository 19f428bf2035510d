namespace MLOps.Serving;

/// <summary>One caller's rows on their way through the queue. Either a batch takes them or the caller's cancellation does, never both.</summary>
internal sealed class QueuedRows<TInput, TOutput>(
    ReadOnlyMemory<TInput> inputs, Memory<PredictionOutcome<TOutput>> outcomes, PredictOptions options, long queuedAt, RoutedLease<TInput, TOutput> chosen = default)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenRegistration _cancellation;
    private int _taken;

    public ReadOnlyMemory<TInput> Inputs { get; } = inputs;

    public Memory<PredictionOutcome<TOutput>> Outcomes { get; } = outcomes;

    public PredictOptions Options { get; } = options;

    /// <summary>What the rows were routed to when they came; given back since.</summary>
    public RoutedLease<TInput, TOutput> Chosen { get; } = chosen;

    public long QueuedAt { get; } = queuedAt;

    public Task Done => _done.Task;

    /// <summary>Lets the token end the wait; what runs already is not interrupted, because it writes into the caller's memory.</summary>
    public void CancelBy(CancellationToken cancellationToken) =>
        _cancellation = cancellationToken.UnsafeRegister(static (state, token) =>
        {
            var rows = (QueuedRows<TInput, TOutput>)state!;
            if (rows.TryTake()) rows._done.TrySetCanceled(token);
        }, this);

    public bool TryTake() => Interlocked.Exchange(ref _taken, 1) == 0;

    public void Complete(Exception? error = null)
    {
        _cancellation.Dispose();
        if (error is null) _done.TrySetResult();
        else _done.TrySetException(error);
    }
}
