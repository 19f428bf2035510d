namespace MLOps.Experiments;

/// <summary>Which points of a series to read, and how many of them.</summary>
public sealed record MetricRange
{
    /// <summary>Only points of this step or a later one.</summary>
    public long? FromStep { get; init; }

    /// <summary>Only points of this step or an earlier one.</summary>
    public long? ToStep { get; init; }

    /// <summary>Only points logged then or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Only points logged then or earlier.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>The most points to give, 2 to 100,000: a longer series is thinned out. All when null.</summary>
    public int? Points { get; init; }

    /// <summary>How it is thinned out.</summary>
    public MetricSampling Sampling { get; init; } = MetricSampling.MinMax;
}
