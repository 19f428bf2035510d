namespace MLOps.Statistics;

/// <summary>Two numeric samples compared by rank and by size, from one sort of each.</summary>
/// <param name="KolmogorovSmirnov">The test of equal distributions.</param>
/// <param name="Wasserstein">The Wasserstein-1 distance in the data's unit.</param>
/// <param name="NormedWasserstein">The same divided by the reference's standard deviation (at least 0.001): the effect size.</param>
public readonly record struct NumericComparison(TestResult KolmogorovSmirnov, double Wasserstein, double NormedWasserstein);
