namespace MLOps.Delivery;

/// <summary>What a metric gate's options and labels must keep.</summary>
internal static class MetricGateRules
{
    public static MetricGateOptions Require(MetricGateOptions options, double[] labels)
    {
        if (!Enum.IsDefined(options.Metric)) throw new MLOpsInvalidException($"{options.Metric} is no metric of {nameof(GateMetric)}.");
        if (!(options.MinimumImprovement < 1)) throw Broken(nameof(options.MinimumImprovement), "below 1");
        if (!double.IsFinite(options.MinimumImprovement)) throw Broken(nameof(options.MinimumImprovement), "finite");
        if (!(options.Confidence is > 0.5 and < 1)) throw Broken(nameof(options.Confidence), "above 0.5 and below 1");
        if (options.MinimumRows < 2) throw Broken(nameof(options.MinimumRows), "at least 2");
        if (options.BlockLength < 1) throw Broken(nameof(options.BlockLength), "at least 1");
        if (options.Resamples is < 100 or > 100_000) throw Broken(nameof(options.Resamples), "between 100 and 100,000");
        var isClass = options.Metric is GateMetric.Brier or GateMetric.ErrorRate or GateMetric.LogLoss;
        for (var i = 0; i < labels.Length; i++)
        {
            if (!double.IsFinite(labels[i])) throw new MLOpsInvalidException($"The label of row {i} is not finite: leave out rows whose truth is unknown.");
            if (isClass && labels[i] is not (0 or 1)) throw new MLOpsInvalidException($"The label of row {i} is {labels[i]}: {options.Metric} needs the classes 0 and 1.");
        }

        return options;
    }

    private static MLOpsInvalidException Broken(string option, string rule) => new($"{nameof(MetricGateOptions)}.{option} must be {rule}.");
}
