namespace MLOps.Serving;

/// <summary>
/// When a server by itself stops asking an arm that is not the first, until the next revision, and when a call is counted as slow. For the
/// moments in which no controller looks.
/// </summary>
internal sealed record RouteLimits
{
    public static RouteLimits None { get; } = new() { ErrorsInARow = null, NotFinite = null, CallsInside = null };

    /// <summary>So many failed calls one after the other; null for never.</summary>
    public int? ErrorsInARow { get; init; } = 20;

    /// <summary>So many answers whose score is NaN or infinite; null for never.</summary>
    public int? NotFinite { get; init; } = 20;

    /// <summary>So many calls inside the arm at the same time: a call beyond them goes to the first arm. A version that hangs holds no more callers than these. Null for no bound.</summary>
    public int? CallsInside { get; init; } = 32;

    /// <summary>A call that takes longer is counted as slow; null for none.</summary>
    public TimeSpan? SlowAfter { get; init; }
}
