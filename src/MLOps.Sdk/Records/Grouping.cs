namespace MLOps.Records;

/// <summary>
/// Joins pieces of work that come while another is under way, so that many callers pay for one durable commit. A piece that
/// comes alone is done at once and by itself. When a group fails because of one of its pieces, each is done alone. Thread-safe.
/// </summary>
/// <param name="alone">Does one piece.</param>
/// <param name="together">Does several, all or none, and gives a result for each.</param>
/// <param name="join">Whether a piece may join a group; called for each piece in turn with the group's own memory.</param>
/// <param name="isOnes">Whether a group's failure may be the fault of one piece only.</param>
internal sealed class Grouping<TItem, TResult>(
    Func<TItem, CancellationToken, ValueTask<TResult>> alone, Func<IReadOnlyList<TItem>, ValueTask<IReadOnlyList<TResult>>> together,
    Func<TItem, HashSet<object>, bool> join, Func<Exception, bool> isOnes)
{
    private readonly Lock _gate = new();
    private Queue<Waiting> _queue = new();
    private bool _busy;

    /// <summary>Does a piece of work, perhaps with others'. Once it was taken into a group it is no longer cancelled.</summary>
    public async ValueTask<TResult> DoAsync(TItem item, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Waiting waiting;
        lock (_gate)
        {
            if (!_busy)
            {
                _busy = true;
                waiting = null!;
            }
            else
            {
                waiting = new Waiting(item);
                _queue.Enqueue(waiting);
            }
        }

        if (waiting is null)
        {
            try
            {
                return await alone(item, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                Next();
            }
        }

        // Whichever comes first decides: the group takes the piece, or the token ends it.
        using (cancellationToken.UnsafeRegister(static (w, token) => ((Waiting)w!).Cancel(token), waiting))
            return await waiting.Done.Task.ConfigureAwait(false);
    }

    private void Next()
    {
        lock (_gate)
        {
            if (_queue.Count == 0)
            {
                _busy = false;
                return;
            }
        }

        ThreadPool.UnsafeQueueUserWorkItem(static self => _ = self.GroupAsync(), this, preferLocal: false);
    }

    private async Task GroupAsync()
    {
        var group = Taken();
        try
        {
            if (group.Count == 1) await AloneAsync(group[0]).ConfigureAwait(false);
            else if (group.Count > 1)
            {
                var results = await together([.. group.Select(w => w.Item)]).ConfigureAwait(false);
                for (var i = 0; i < group.Count; i++) group[i].Done.TrySetResult(results[i]);
            }
        }
#pragma warning disable CA1031 // It is handed to those who wait.
        catch (Exception error)
#pragma warning restore CA1031
        {
            foreach (var waiting in group)
            {
                if (isOnes(error)) await AloneAsync(waiting).ConfigureAwait(false);
                else waiting.Done.TrySetException(error);
            }
        }
        finally
        {
            Next();
        }
    }

    private async ValueTask AloneAsync(Waiting waiting)
    {
        try
        {
            waiting.Done.TrySetResult(await alone(waiting.Item, CancellationToken.None).ConfigureAwait(false));
        }
#pragma warning disable CA1031 // It is handed to the one who waits.
        catch (Exception error)
#pragma warning restore CA1031
        {
            waiting.Done.TrySetException(error);
        }
    }

    private List<Waiting> Taken()
    {
        lock (_gate)
        {
            var group = new List<Waiting>();
            var memory = new HashSet<object>();
            var left = new Queue<Waiting>();
            foreach (var waiting in _queue)
            {
                // The order among pieces on one subject is kept: what follows one that waits for the next group waits too.
                if (left.Count == 0 && join(waiting.Item, memory))
                {
                    if (waiting.Take()) group.Add(waiting);
                }
                else left.Enqueue(waiting);
            }

            _queue = left;
            return group;
        }
    }

    private sealed class Waiting(TItem item)
    {
        private int _state;

        public TItem Item { get; } = item;

        public TaskCompletionSource<TResult> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool Take() => Interlocked.CompareExchange(ref _state, 1, 0) == 0;

        public void Cancel(CancellationToken token)
        {
            if (Take()) Done.TrySetCanceled(token);
        }
    }
}
