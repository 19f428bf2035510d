namespace MLOps.Serving;

/// <summary>What happened to the requests of one arm: sums that may be added over servers. Requests are calls of one row or rows of a batch.</summary>
internal sealed record ArmCount
{
    public required string Arm { get; init; }

    /// <summary>The version that answered.</summary>
    public required int Number { get; init; }

    /// <summary>Whether it was asked beside.</summary>
    public bool IsShadow { get; init; }

    /// <summary>Rows that were asked and have ended, answered or failed.</summary>
    public long Requests { get; init; }

    /// <summary>Rows for which the model threw.</summary>
    public long Errors { get; init; }

    /// <summary>Rows that took longer than <see cref="RouteLimits.SlowAfter"/>.</summary>
    public long Slow { get; init; }

    /// <summary>Answers whose score is NaN or infinite.</summary>
    public long NotFinite { get; init; }

    /// <summary>The longest run of failed calls one after the other; the largest of all servers when added.</summary>
    public int ErrorsInARow { get; init; }

    /// <summary>Calls inside at the moment of writing: those that never end stay here.</summary>
    public int Inside { get; init; }

    /// <summary>Rows that were the arm's and went to the first arm, because it was tripped or full.</summary>
    public long Diverted { get; init; }

    /// <summary>Answers with a finite score.</summary>
    public long Scored { get; init; }

    /// <summary>Of the finite scores.</summary>
    public double Sum { get; init; }

    /// <summary>Of the squares of the finite scores.</summary>
    public double SumOfSquares { get; init; }

    /// <summary>How many calls took how long; see <see cref="LatencyBuckets"/>. Trailing zeros are left out.</summary>
    public IReadOnlyList<long> Latency { get; init; } = [];

    /// <summary>A shadow's answers that were compared with the champion's.</summary>
    public long Compared { get; init; }

    /// <summary>Those that were further apart than <see cref="RouteShadow.Tolerance"/>.</summary>
    public long Disagreed { get; init; }

    /// <summary>Of the shadow's score less the champion's.</summary>
    public double DifferenceSum { get; init; }

    /// <summary>Of the squares of these differences.</summary>
    public double DifferenceSumOfSquares { get; init; }

    /// <summary>Rows that were to be asked beside, and found no room.</summary>
    public long Dropped { get; init; }

    /// <summary>Of the same arm and version elsewhere, or at another time.</summary>
    public ArmCount Plus(ArmCount other) => this with
    {
        Requests = Requests + other.Requests,
        Errors = Errors + other.Errors,
        Slow = Slow + other.Slow,
        NotFinite = NotFinite + other.NotFinite,
        ErrorsInARow = Math.Max(ErrorsInARow, other.ErrorsInARow),
        Inside = Inside + other.Inside,
        Diverted = Diverted + other.Diverted,
        Scored = Scored + other.Scored,
        Sum = Sum + other.Sum,
        SumOfSquares = SumOfSquares + other.SumOfSquares,
        Latency = [.. Enumerable.Range(0, Math.Max(Latency.Count, other.Latency.Count)).Select(i => Latency.ElementAtOrDefault(i) + other.Latency.ElementAtOrDefault(i))],
        Compared = Compared + other.Compared,
        Disagreed = Disagreed + other.Disagreed,
        DifferenceSum = DifferenceSum + other.DifferenceSum,
        DifferenceSumOfSquares = DifferenceSumOfSquares + other.DifferenceSumOfSquares,
        Dropped = Dropped + other.Dropped,
    };
}
