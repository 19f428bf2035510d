namespace MLOps.Statistics;

/// <summary>How a p-value is computed.</summary>
public enum PValueMethod
{
    /// <summary>Exact up to a size that the test states (Kolmogorov-Smirnov: 10,000 values in the larger sample), asymptotic above.</summary>
    Auto,

    /// <summary>From the statistic's exact permutation distribution (without ties).</summary>
    Exact,

    /// <summary>From the distribution for large samples.</summary>
    Asymptotic,
}
