using MLOps.Storage;

namespace MLOps.Experiments;

/// <summary>A stream store whose appends can be held up, and can fail before or after they were done.</summary>
sealed class FaultyStreams(IStreamStore inner) : IStreamStore
{
    private TaskCompletionSource _gate = Open();

    /// <summary>How many appends came, and how many streams each had.</summary>
    public List<int> Appends { get; } = [];

    /// <summary>Thrown instead of appending.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Which streams <see cref="Failure"/> is thrown for; all of them when not set.</summary>
    public Predicate<string> Fails { get; set; } = _ => true;

    /// <summary>The append is done and then fails all the same, once: its answer got lost.</summary>
    public bool LoseAnswer { get; set; }

    /// <summary>Set by an append that waits at the gate.</summary>
    public TaskCompletionSource Waiting { get; private set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Hold() => (_gate, Waiting) = (new(TaskCreationOptions.RunContinuationsAsynchronously), new(TaskCreationOptions.RunContinuationsAsynchronously));

    public void Release() => _gate.SetResult();

    public async ValueTask AppendAsync(IReadOnlyList<StreamAppend> appends, CancellationToken cancellationToken = default)
    {
        Waiting.TrySetResult();
        await _gate.Task;
        lock (Appends) Appends.Add(appends.Count);
        if (Failure is not null && appends.Any(a => Fails(a.Stream))) throw Failure;
        await inner.AppendAsync(appends, cancellationToken);
        if (!LoseAnswer) return;
        LoseAnswer = false;
        throw new IOException("The answer got lost.");
    }

    public IAsyncEnumerable<StreamBlock> ReadAsync(string stream, long from = 0, CancellationToken cancellationToken = default) => inner.ReadAsync(stream, from, cancellationToken);

    public ValueTask<StreamInfo?> StatAsync(string stream, CancellationToken cancellationToken = default) => inner.StatAsync(stream, cancellationToken);

    public IAsyncEnumerable<StreamInfo> ListAsync(string prefix, CancellationToken cancellationToken = default) => inner.ListAsync(prefix, cancellationToken);

    public ValueTask TruncateAsync(string stream, long before, CancellationToken cancellationToken = default) => inner.TruncateAsync(stream, before, cancellationToken);

    private static TaskCompletionSource Open()
    {
        var open = new TaskCompletionSource();
        open.SetResult();
        return open;
    }
}
