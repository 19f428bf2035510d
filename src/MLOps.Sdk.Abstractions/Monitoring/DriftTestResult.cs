namespace MLOps.Monitoring;

/// <summary>The outcome of one drift test on one column.</summary>
/// <param name="Test">The test's name.</param>
/// <param name="Statistic">Its statistic or distance.</param>
/// <param name="PValue">The probability of such a statistic without drift; null for a distance that has none.</param>
/// <param name="EffectFloor">The smallest statistic that matters in practice; null when the statistic is no effect size.</param>
public sealed record DriftTestResult(string Test, double Statistic, double? PValue = null, double? EffectFloor = null)
{
    /// <summary>True when the statistic is an effect size and reaches its floor.</summary>
    public bool IsLarge() => EffectFloor is { } floor && Statistic >= floor;
}
