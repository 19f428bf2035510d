namespace MLOps.Monitoring;

/// <summary>Why a model answered a row as it did.</summary>
/// <param name="Answer">The answer.</param>
/// <param name="Typical">The mean answer over the background: where the explanation starts from.</param>
/// <param name="Attributions">What each column adds, in the order of the columns; together they are <paramref name="Answer"/> less <paramref name="Typical"/>.</param>
/// <param name="IsExact">Whether every order of the columns was looked at, and not a sample of them.</param>
public sealed record RowExplanation(double Answer, double Typical, IReadOnlyList<FeatureAttribution> Attributions, bool IsExact);
