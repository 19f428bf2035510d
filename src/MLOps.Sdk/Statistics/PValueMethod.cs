namespace MLOps.Statistics;

/// <summary>How a p-value is computed.</summary>
public enum PValueMethod
{
    /// <summary>
    /// What holds its level on the data at hand: exact up to a size that the test states (Kolmogorov-Smirnov: 10,000 values in the larger sample), the distribution for large
    /// samples above; either one given the ties, where there are any.
    /// </summary>
    Auto,

    /// <summary>From the statistic's exact permutation distribution; of Kolmogorov-Smirnov, as in SciPy, that without ties.</summary>
    Exact,

    /// <summary>From the distribution for large samples without ties, as in SciPy.</summary>
    Asymptotic,
}
