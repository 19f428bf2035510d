namespace MLOps.Monitoring;

/// <summary>A fairness metric of a window.</summary>
/// <param name="Feature">The sensitive column.</param>
/// <param name="Metric"><c>demographicParityDifference</c>, <c>demographicParityRatio</c>, <c>equalOpportunityDifference</c> or <c>equalizedOddsDifference</c>; the last two need labels.</param>
/// <param name="Value">The value with its bootstrap interval.</param>
/// <param name="Baseline">The same metric on the baseline's sampled rows; NaN when it is not known.</param>
/// <param name="Bound">What it must not pass; null when it is only watched.</param>
/// <param name="IsBroken">Whether the whole interval lies beyond the bound.</param>
/// <param name="Groups">The groups that were compared; those with too few rows are left out.</param>
public sealed record FairnessValue(string Feature, string Metric, QualityRange Value, double Baseline, double? Bound, bool IsBroken, IReadOnlyList<string> Groups);
