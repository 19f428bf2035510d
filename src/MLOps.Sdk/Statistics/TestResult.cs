namespace MLOps.Statistics;

/// <summary>What a two-sample test found.</summary>
/// <param name="Statistic">The test's statistic, in the unit that the test documents; NaN when a sample is empty.</param>
/// <param name="PValue">
/// The probability, in 0..1, of a statistic at least this large when both samples come from one distribution; NaN when nothing can be said because a sample is empty.
/// </param>
/// <param name="ReferenceCount">Values of the reference that took part (NaN left out).</param>
/// <param name="CurrentCount">Values of the current sample that took part (NaN left out).</param>
public readonly record struct TestResult(double Statistic, double PValue, long ReferenceCount, long CurrentCount)
{
    /// <summary>Degrees of freedom of a chi-square test; 0 where the test has none.</summary>
    public int DegreesOfFreedom { get; init; }

    /// <summary>Where the statistic is reached, in the data's unit (Kolmogorov-Smirnov: the value at which the two distributions are furthest apart); NaN where the test has no such place.</summary>
    public double Location { get; init; } = double.NaN;

    /// <summary>+1 when the reference's distribution function lies above the current one at <see cref="Location"/> (values grew), -1 when below, 0 where it has no meaning.</summary>
    public int Sign { get; init; }

    /// <summary>The size of the effect where the test documents one (Mann-Whitney: U/(nm), Welch: Cohen's d); NaN elsewhere.</summary>
    public double EffectSize { get; init; } = double.NaN;

    /// <summary>False when a sample was empty, so that no statement is possible.</summary>
    public bool IsConclusive => !double.IsNaN(PValue);

    internal static TestResult Empty(long reference, long current) => new(double.NaN, double.NaN, reference, current);
}
