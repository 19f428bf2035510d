namespace MLOps.Delivery;

/// <summary>The metrics as means of a loss per row.</summary>
internal static class MetricLoss
{
    private const double Smallest = 1e-15;

    public static double[] PerRow(GateMetric metric, double[] labels, double[] answers) => [.. labels.Zip(answers, (label, answer) => metric switch
    {
        GateMetric.Mae => Math.Abs(label - answer),
        GateMetric.ErrorRate => answer >= 0.5 == label >= 0.5 ? 0 : 1,
        GateMetric.LogLoss => -Math.Log(Math.Clamp(label >= 0.5 ? answer : 1 - answer, Smallest, 1 - Smallest)),
        _ => (label - answer) * (label - answer),
    })];

    /// <summary>The metric in its own unit.</summary>
    public static double Metric(GateMetric metric, double[] losses)
    {
        var mean = losses.Length == 0 ? double.NaN : losses.Average();
        return metric is GateMetric.Rmse ? Math.Sqrt(mean) : mean;
    }

    /// <summary>What the champion's loss is multiplied by to give the loss that is just good enough.</summary>
    public static double Factor(GateMetric metric, double improvement) =>
        metric is GateMetric.Rmse ? (1 - improvement) * (1 - improvement) : 1 - improvement;
}
