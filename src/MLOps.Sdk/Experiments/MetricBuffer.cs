using System.Buffers;
using System.Runtime.ExceptionServices;

namespace MLOps.Experiments;

/// <summary>
/// The bounded buffer between those who log and the one who writes: two arrays that change places. They begin small and grow
/// to the capacity; from then on adding a point allocates nothing. They are rented: a run that begins after another has ended takes over
/// its arrays, for new ones of this size cost more than filling them. Thread-safe.
/// </summary>
/// <param name="options">Capacity and batch size.</param>
/// <param name="wake">Asks the writer to come; must neither block nor allocate.</param>
/// <param name="closed">What to tell those who log when it is over.</param>
sealed class MetricBuffer(MetricLogOptions options, Action wake, Func<ObjectDisposedException> closed)
{
    private readonly object _gate = new();
    private LoggedPoint[] _filling = Rented(Math.Min(options.Capacity, 64));
    private LoggedPoint[] _spare = [];
    private int _count;
    private bool _closed;
    private bool _woken;
    private int _failures;
    private long _dropped;
    private Exception? _failure;

    /// <summary>Adds a point. Waits while the buffer is full; a writer that fails meanwhile is told to the caller, whose point was not taken.</summary>
    public void Add(in LoggedPoint point)
    {
        lock (_gate)
        {
            var failures = _failures;
            while (true)
            {
                if (_closed) throw closed();
                if (_count < options.Capacity) break;
                if (options.WhenFull == MetricOverflow.Drop)
                {
                    _dropped++;
                    Wake();
                    return;
                }

                if (_failures != failures) ExceptionDispatchInfo.Throw(_failure!);
                Wake();
                Monitor.Wait(_gate);
            }

            if (_count == _filling.Length) Grow();
            _filling[_count++] = point;
            if (_count >= options.BatchSize) Wake();
        }
    }

    /// <summary>Takes what was added, in order. The array belongs to the caller until <see cref="GiveBack"/>.</summary>
    public (LoggedPoint[] Points, int Count) Take()
    {
        lock (_gate)
        {
            var taken = (_filling, _count);
            if (_spare.Length < _filling.Length)
            {
                Return(_spare);
                _spare = Rented(_filling.Length);
            }

            (_filling, _spare, _count) = (_spare, [], 0);
            Monitor.PulseAll(_gate);
            return taken;
        }
    }

    public void GiveBack(LoggedPoint[] points)
    {
        lock (_gate) _spare = points;
    }

    /// <summary>The writer has come: it may be asked again.</summary>
    public void Came()
    {
        lock (_gate) _woken = false;
    }

    /// <summary>The writer leaves: it comes back at once when a batch came together meanwhile.</summary>
    public void Leaves(Exception? failure)
    {
        lock (_gate)
        {
            if (failure is not null)
            {
                (_failure, _failures) = (failure, _failures + 1);
                Monitor.PulseAll(_gate);
            }
            else if (_count >= options.BatchSize) Wake();
        }
    }

    /// <summary>How many points were dropped.</summary>
    public long Dropped
    {
        get
        {
            lock (_gate) return _dropped;
        }
    }

    public bool IsEmpty
    {
        get
        {
            lock (_gate) return _count == 0;
        }
    }

    public void Close(bool close)
    {
        lock (_gate)
        {
            _closed = close;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Gives the arrays up for other runs. The buffer was closed, and is not opened again.</summary>
    public void Release()
    {
        lock (_gate)
        {
            Return(_filling);
            Return(_spare);
            (_filling, _spare, _count) = ([], [], 0);
        }
    }

    private void Grow()
    {
        var larger = Rented(_filling.Length * 2);
        _filling.AsSpan(0, _count).CopyTo(larger);
        Return(_filling);
        _filling = larger;
    }

    private static LoggedPoint[] Rented(int length) => ArrayPool<LoggedPoint>.Shared.Rent(length);

    private static void Return(LoggedPoint[] points)
    {
        if (points.Length > 0) ArrayPool<LoggedPoint>.Shared.Return(points);
    }

    private void Wake()
    {
        if (_woken) return;
        _woken = true;
        wake();
    }
}
