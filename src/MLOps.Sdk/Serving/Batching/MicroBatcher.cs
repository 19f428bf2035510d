namespace MLOps.Serving;

/// <summary>
/// Decides when rows run and with whom. While a batch runs, arrivals collect; when it ends they leave together. Holds no timer and starts
/// no thread while nothing waits. Thread-safe.
/// </summary>
/// <param name="model">For messages.</param>
/// <param name="options">Its bounds; checked.</param>
/// <param name="run">Answers a batch and completes its rows; never throws.</param>
/// <param name="time">For delays.</param>
internal sealed class MicroBatcher<TInput, TOutput>(string model, BatchingOptions options, Action<IReadOnlyList<QueuedRows<TInput, TOutput>>> run, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Queue<QueuedRows<TInput, TOutput>> _queue = new();
    private readonly LatencyFit _latency = new();
    private ArrivalGap _gap = new();
    private ITimer? _timer;
    private ulong _generation;
    private int _rows, _running;

    /// <summary>Rows that wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate) return _rows;
        }
    }

    /// <summary>Whether the caller may run its rows itself, now; it must then call <see cref="Finished"/>.</summary>
    public bool TryEnter(int rows)
    {
        lock (_gate)
        {
            _gap.Arrived(Now);
            if (_running >= options.Concurrency || _rows > 0 || Pays(rows)) return false;
            _running++;
            return true;
        }
    }

    /// <summary>Queues rows that could not <see cref="TryEnter"/>.</summary>
    /// <exception cref="MLOpsOverloadedException">The queue is full.</exception>
    public void Enqueue(QueuedRows<TInput, TOutput> rows)
    {
        lock (_gate)
        {
            // A request larger than the whole queue would never be taken otherwise.
            if (_rows > 0 && _rows + rows.Inputs.Length > options.QueueRows) DropCancelled();
            if (_rows > 0 && _rows + rows.Inputs.Length > options.QueueRows) throw Full();
            _queue.Enqueue(rows);
            _rows += rows.Inputs.Length;
            StartOrWait();
        }
    }

    /// <summary>The caller's own run is over.</summary>
    public void Finished()
    {
        lock (_gate)
        {
            _running--;
            StartOrWait();
        }
    }

    /// <summary>What a call of the model took.</summary>
    public void Took(ulong generation, int rows, TimeSpan elapsed)
    {
        lock (_gate)
        {
            if (_generation != generation) _latency.Reset();
            _generation = generation;
            _latency.Add(rows, elapsed.TotalSeconds);
        }
    }

    private double Now => (double)time.GetTimestamp() / time.TimestampFrequency;

    /// <summary>Waiting delays <paramref name="rows"/> rows by one gap, and saves the next arrival a fixed cost.</summary>
    private bool Pays(int rows) => options.MaximumDelay > TimeSpan.Zero && rows < options.MaximumRows && rows * _gap.Seconds < _latency.Fixed;

    private void StartOrWait()
    {
        while (_running < options.Concurrency && _rows > 0)
        {
            var left = Pays(_rows) ? options.MaximumDelay - time.GetElapsedTime(_queue.Peek().QueuedAt) : TimeSpan.Zero;
            if (left > TimeSpan.Zero)
            {
                // If nobody came within twice the usual gap, nobody is coming.
                var wait = TimeSpan.FromSeconds(Math.Min(left.TotalSeconds, 2 * _gap.Seconds));
                _timer ??= time.CreateTimer(static state => ((MicroBatcher<TInput, TOutput>)state!).Due(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                _timer.Change(wait, Timeout.InfiniteTimeSpan);
                return;
            }

            Start(Take());
        }
    }

    private void Due()
    {
        lock (_gate)
        {
            if (_running < options.Concurrency && _rows > 0) Start(Take());
        }
    }

    private void Start(List<QueuedRows<TInput, TOutput>> batch)
    {
        if (batch.Count == 0) return;
        _running++;
        ThreadPool.UnsafeQueueUserWorkItem(static state => state.Batcher.Run(state.Batch), (Batcher: this, Batch: batch), preferLocal: false);
    }

    private void Run(List<QueuedRows<TInput, TOutput>> batch)
    {
        run(batch);
        Finished();
    }

    /// <summary>The longest run of waiting rows that fits; at least one request. Those that were cancelled or came too late are left out.</summary>
    private List<QueuedRows<TInput, TOutput>> Take()
    {
        var batch = new List<QueuedRows<TInput, TOutput>>();
        var taken = 0;
        while (_queue.TryPeek(out var next) && (taken == 0 || taken + next.Inputs.Length <= options.MaximumRows))
        {
            _queue.Dequeue();
            _rows -= next.Inputs.Length;
            if (!next.TryTake()) continue;
            if (next.Options.Deadline is { } deadline && deadline < time.GetUtcNow())
            {
                next.Complete(TooLate());
                continue;
            }

            batch.Add(next);
            taken += next.Inputs.Length;
        }

        return batch;
    }

    /// <summary>Rows whose callers went away make room before anybody is refused.</summary>
    private void DropCancelled()
    {
        for (var n = _queue.Count; n > 0; n--)
        {
            var rows = _queue.Dequeue();
            if (rows.Done.IsCompleted) _rows -= rows.Inputs.Length;
            else _queue.Enqueue(rows);
        }
    }

    private MLOpsOverloadedException TooLate() => new($"'{model}' was asked for an answer by a deadline that passed before its turn; nothing was computed.", RetryAfter);

    private MLOpsOverloadedException Full() =>
        new($"'{model}' has {_rows} rows waiting, and {nameof(BatchingOptions)}.{nameof(BatchingOptions.QueueRows)} is {options.QueueRows}. Ask again later, or raise it.", RetryAfter);

    /// <summary>What the waiting rows will take, but a second at least: callers count in seconds.</summary>
    private TimeSpan RetryAfter => TimeSpan.FromSeconds(Math.Clamp(_rows * (_latency.Each + (_latency.Fixed / options.MaximumRows)) / options.Concurrency, 1, 60));
}
