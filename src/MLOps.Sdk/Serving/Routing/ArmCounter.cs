namespace MLOps.Serving;

/// <summary>
/// Counts what happens in an arm while it happens: a set of sums for each processor, which one thread at a time adds to. A thread that finds its
/// processor's taken goes to the next. Thread-safe; allocates nothing.
/// </summary>
/// <param name="arm">The arm's name.</param>
/// <param name="number">The version that answers.</param>
/// <param name="isShadow">Whether it is asked beside.</param>
/// <param name="limits">When the arm is to be taken out, and what is slow.</param>
/// <param name="time">For hanging calls, and the time of a trip.</param>
internal sealed class ArmCounter(string arm, int number, bool isShadow, RouteLimits limits, TimeProvider time)
{
    /// <summary>A full arm in which no call has ended for so long hangs.</summary>
    private static readonly TimeSpan s_hangs = TimeSpan.FromSeconds(10);
    private static readonly int s_stripes = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount);

    private readonly Stripe[] _stripes = [.. Enumerable.Range(0, s_stripes).Select(_ => new Stripe())];
    private long _lastEnd = time.GetTimestamp();
    private int _inside, _errorsInARow, _longestErrors, _notFinite;
    private long _diverted, _dropped;
    private TrippedArm? _tripped;

    /// <summary>Why and when the arm was taken out; null while it is in.</summary>
    public TrippedArm? Tripped => Volatile.Read(ref _tripped);

    public string Arm { get; } = arm;

    public int Number { get; } = number;

    /// <summary>Enters a call, unless the arm is out or full.</summary>
    public bool TryEnter()
    {
        if (Tripped is null)
        {
            var inside = Interlocked.Increment(ref _inside);
            if (limits.CallsInside is not { } most || inside <= most) return true;
            Interlocked.Decrement(ref _inside);
            if (time.GetElapsedTime(Volatile.Read(ref _lastEnd)) > s_hangs) Trip("its calls do not end");
        }

        return false;
    }

    public void Leave()
    {
        Volatile.Write(ref _lastEnd, time.GetTimestamp());
        Interlocked.Decrement(ref _inside);
    }

    public void Diverted(int rows = 1) => Interlocked.Add(ref _diverted, rows);

    /// <summary>A row to be asked beside found no room.</summary>
    public void Dropped() => Interlocked.Increment(ref _dropped);

    /// <summary>Rows of one call for which the model threw.</summary>
    public void Failed(int rows, TimeSpan took)
    {
        // A batch is one call: a caller who sends twenty bad rows at once must not take a version out.
        var run = Interlocked.Increment(ref _errorsInARow);
        if (run > Volatile.Read(ref _longestErrors)) Volatile.Write(ref _longestErrors, run);
        if (run >= limits.ErrorsInARow) Trip($"{run} calls in a row failed");
        var stripe = Enter();
        stripe.Requests += rows;
        stripe.Errors += rows;
        Took(stripe, rows, took);
        stripe.Leave();
    }

    /// <summary>Rows that were answered together.</summary>
    public void Answered(int rows, TimeSpan took)
    {
        if (Volatile.Read(ref _errorsInARow) != 0) Volatile.Write(ref _errorsInARow, 0);
        var stripe = Enter();
        stripe.Requests += rows;
        Took(stripe, rows, took);
        stripe.Leave();
    }

    /// <summary>The score of an answer.</summary>
    public void Scored(double score)
    {
        var finite = double.IsFinite(score);
        if (!finite && Interlocked.Increment(ref _notFinite) >= limits.NotFinite) Trip($"{_notFinite} answers were NaN or infinite");
        var stripe = Enter();
        if (finite)
        {
            stripe.Scored++;
            stripe.Sum += score;
            stripe.SumOfSquares += score * score;
        }
        else
        {
            stripe.NotFinite++;
        }

        stripe.Leave();
    }

    /// <summary>A shadow's answer beside the champion's.</summary>
    /// <param name="difference">The shadow's score less the champion's; NaN when one of them is no number.</param>
    /// <param name="agree">Whether they are near enough.</param>
    public void Compared(double difference, bool agree)
    {
        var stripe = Enter();
        stripe.Compared++;
        if (!agree) stripe.Disagreed++;
        if (double.IsFinite(difference))
        {
            stripe.DifferenceSum += difference;
            stripe.DifferenceSumOfSquares += difference * difference;
        }

        stripe.Leave();
    }

    /// <summary>The sums so far; those of a call that is being counted just now are in whole or not at all.</summary>
    public ArmCount Read()
    {
        var sum = new ArmCount
        {
            Arm = Arm,
            Number = Number,
            IsShadow = isShadow,
            ErrorsInARow = Volatile.Read(ref _longestErrors),
            Inside = Volatile.Read(ref _inside),
            Diverted = Interlocked.Read(ref _diverted),
            Dropped = Interlocked.Read(ref _dropped),
        };
        foreach (var stripe in _stripes)
        {
            stripe.Wait();
            sum = sum.Plus(stripe.Read(Arm, Number));
            stripe.Leave();
        }

        return sum;
    }

    private void Trip(string why) => Interlocked.CompareExchange(ref _tripped, new TrippedArm(Arm, why, time.GetUtcNow()), null);

    private void Took(Stripe stripe, int rows, TimeSpan took)
    {
        if (took > limits.SlowAfter) stripe.Slow += rows;
        stripe.Latency[LatencyBuckets.Of(took)] += rows;
    }

    private Stripe Enter()
    {
        var at = Thread.GetCurrentProcessorId();
        while (true)
        {
            var stripe = _stripes[at++ & (s_stripes - 1)];
            if (stripe.TryEnter()) return stripe;
        }
    }

    private sealed class Stripe
    {
        public readonly long[] Latency = new long[LatencyBuckets.Count];
        public long Requests, Errors, Slow, NotFinite, Scored, Compared, Disagreed;
        public double Sum, SumOfSquares, DifferenceSum, DifferenceSumOfSquares;
        private int _taken;

        public bool TryEnter() => Volatile.Read(ref _taken) == 0 && Interlocked.CompareExchange(ref _taken, 1, 0) == 0;

        public void Wait()
        {
            var spin = new SpinWait();
            while (!TryEnter()) spin.SpinOnce();
        }

        public void Leave() => Volatile.Write(ref _taken, 0);

        /// <summary>Only while it is taken.</summary>
        public ArmCount Read(string arm, int number) => new()
        {
            Arm = arm,
            Number = number,
            Requests = Requests,
            Errors = Errors,
            Slow = Slow,
            NotFinite = NotFinite,
            Scored = Scored,
            Sum = Sum,
            SumOfSquares = SumOfSquares,
            Compared = Compared,
            Disagreed = Disagreed,
            DifferenceSum = DifferenceSum,
            DifferenceSumOfSquares = DifferenceSumOfSquares,
            Latency = Latency[..(Array.FindLastIndex(Latency, n => n != 0) + 1)],
        };
    }
}
