namespace MLOps.Testing;

/// <summary>
/// A clock that a test moves by hand. Timers fire inside <see cref="Advance"/>, on its thread, in the order in which they
/// are due; the clock shows each timer's due time while it fires. Thread-safe.
/// </summary>
/// <param name="start">The first moment; 1 January 2026, 00:00 UTC by default.</param>
public sealed class ManualTimeProvider(DateTimeOffset? start = null) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private readonly DateTimeOffset _start = start ?? new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private TimeSpan _elapsed;
    private long _count;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>How many timers are waiting: lets a test see that the code under test has begun to wait.</summary>
    public int WaitingTimers
    {
        get
        {
            lock (_gate) return _timers.Count;
        }
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate) return (_start + _elapsed).ToUniversalTime();
    }

    /// <inheritdoc/>
    public override long GetTimestamp()
    {
        lock (_gate) return _elapsed.Ticks;
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock forward and fires the timers that become due.</summary>
    /// <param name="by">How far, at least zero.</param>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        TimeSpan end;
        lock (_gate) end = _elapsed + by;
        while (NextDue(end) is { } timer) timer.Fire();
    }

    private ManualTimer? NextDue(TimeSpan end)
    {
        lock (_gate)
        {
            var next = _timers.Where(t => t.Due <= end).MinBy(t => (t.Due, t.Order));
            var until = next?.Due ?? end;
            if (until > _elapsed) _elapsed = until;
            if (next is null) return null;
            if (next.Period > TimeSpan.Zero) next.Due += next.Period;
            else _timers.Remove(next);
            return next;
        }
    }

    private sealed class ManualTimer(ManualTimeProvider clock, Action fire) : ITimer
    {
        private bool _disposed;

        internal TimeSpan Due { get; set; }

        internal TimeSpan Period { get; private set; }

        internal long Order { get; private set; }

        internal void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                if (_disposed) return false;
                clock._timers.Remove(this);
                Period = period;
                if (dueTime == Timeout.InfiniteTimeSpan) return true;
                ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, TimeSpan.Zero);
                Due = clock._elapsed + dueTime;
                Order = clock._count++;
                clock._timers.Add(this);
            }

            // As with the system's timers, one due at once does not wait for the clock to move.
            if (dueTime == TimeSpan.Zero) clock.Advance(TimeSpan.Zero);
            return true;
        }

        public void Dispose()
        {
            lock (clock._gate)
            {
                _disposed = true;
                clock._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
