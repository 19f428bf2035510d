namespace MLOps.Statistics;

/// <summary>How the areas under the ROC curve of two models on the same rows differ.</summary>
/// <param name="First">The first model's area.</param>
/// <param name="Second">The second model's.</param>
/// <param name="Difference">First - second, with its interval.</param>
/// <param name="Z">The difference in standard errors; infinite when a difference has no variance.</param>
/// <param name="PValue">The two-sided probability of a difference at least this large when the areas are equal; NaN with fewer than two rows of a class.</param>
public readonly record struct AucDifference(double First, double Second, Interval Difference, double Z, double PValue);
