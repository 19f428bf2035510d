namespace MLOps.Experiments;

/// <summary>Which value of a series counts.</summary>
public enum MetricValue
{
    /// <summary>The last one logged.</summary>
    Last,

    /// <summary>The smallest.</summary>
    Min,

    /// <summary>The largest.</summary>
    Max,

    /// <summary>The mean.</summary>
    Mean,
}
