namespace MLOps.Charts;

/// <summary>One colour of bars in a <see cref="BarChart"/>.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="Values">One value per category; NaN draws no bar.</param>
public sealed record BarSeries(string Name, IReadOnlyList<double> Values);
