namespace MLOps.Experiments;

/// <summary>A metric in short, kept on the run so that it can be searched. NaN points count but never become minimum or maximum.</summary>
public sealed record MetricSummary
{
    /// <summary>The last value logged.</summary>
    public double Last { get; init; }

    /// <summary>Its step.</summary>
    public long LastStep { get; init; }

    /// <summary>The smallest value; NaN when every value was NaN.</summary>
    public double Min { get; init; } = double.NaN;

    /// <summary>The largest value; NaN when every value was NaN.</summary>
    public double Max { get; init; } = double.NaN;

    /// <summary>The mean of the values that are numbers; NaN when there are none.</summary>
    public double Mean { get; init; } = double.NaN;

    /// <summary>How many points.</summary>
    public long Count { get; init; }

    /// <summary>How many of them were NaN.</summary>
    public long NaNCount { get; init; }

    /// <summary>The stream position up to which this summary covers the series.</summary>
    public long Position { get; init; }
}
