namespace MLOps.Monitoring;

/// <summary>How much an explanation may cost.</summary>
public sealed record ExplainerOptions
{
    /// <summary>Rows that stand for "not known", drawn from the background; 64 by default, 1 to 10,000. The cost grows with it.</summary>
    public int BackgroundRows { get; init; } = 64;

    /// <summary>Up to so many columns every coalition is asked for, so that the explanation is exact; 8 by default, 0 to 15. Each further column doubles the cost.</summary>
    public int ExactColumns { get; init; } = 8;

    /// <summary>Orders of the columns that are drawn where there are more columns, each with its reverse; 50 by default, 1 to 100,000.</summary>
    public int Orders { get; init; } = 50;

    /// <summary>Where the random sequence starts: equal seeds explain alike.</summary>
    public ulong Seed { get; init; } = 1;
}
