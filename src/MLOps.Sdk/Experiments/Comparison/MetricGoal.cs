namespace MLOps.Experiments;

/// <summary>What a run is judged by: a metric, and which way is better.</summary>
/// <param name="Metric">The metric's name.</param>
/// <param name="IsMaximized">True when more is better; false, the default, when less is: losses and errors.</param>
public sealed record MetricGoal(string Metric, bool IsMaximized = false)
{
    /// <summary>Which value of the series counts: the last by default.</summary>
    public MetricValue Value { get; init; } = MetricValue.Last;

    /// <summary>The value of a run; NaN when it has none.</summary>
    public double Of(Run run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return run.Metrics.GetValueOrDefault(Metric) is { } summary
            ? Value switch { MetricValue.Min => summary.Min, MetricValue.Max => summary.Max, MetricValue.Mean => summary.Mean, _ => summary.Last }
            : double.NaN;
    }

    /// <summary>Whether one value is better than another. A number is better than NaN, and NaN than nothing.</summary>
    public bool IsBetter(double value, double than)
    {
        if (double.IsNaN(value)) return false;
        return double.IsNaN(than) || (IsMaximized ? value > than : value < than);
    }

    /// <inheritdoc/>
    public override string ToString() => Value == MetricValue.Last ? Metric : $"{Metric} ({Value.ToString().ToLowerInvariant()})";
}
