using System.Globalization;

namespace MLOps.Monitoring;

/// <summary>Which options of a monitor make sense.</summary>
internal static class MonitorRules
{
    public static MonitorOptions Require(MonitorOptions options)
    {
        if (!(options.FalseDiscoveryRate is > 0 and < 1)) throw Broken(nameof(options.FalseDiscoveryRate), options.FalseDiscoveryRate, "must lie between 0 and 1");
        if (options.MinimumRows < 2) throw Broken(nameof(options.MinimumRows), options.MinimumRows, "must be at least 2");
        if (options.MinimumLabels < 2) throw Broken(nameof(options.MinimumLabels), options.MinimumLabels, "must be at least 2");
        if (!(options.QualityTolerance >= 0)) throw Broken(nameof(options.QualityTolerance), options.QualityTolerance, "must be at least 0");
        if (options.Version < 1) throw Broken(nameof(options.Version), options.Version.Value, "must be at least 1");
        if (!(options.DriftShare is >= 0 and <= 1)) throw Broken(nameof(options.DriftShare), options.DriftShare, "must lie between 0 and 1");
        if (options.LabelLateness < TimeSpan.Zero) throw Broken(nameof(options.LabelLateness), options.LabelLateness.TotalHours, "must be at least 0");
        if (options.RunLength is < 100 or > 1_000_000) throw Broken(nameof(options.RunLength), options.RunLength, "must lie between 100 and 1,000,000");
        foreach (var requirement in options.Fairness) FairnessJudgement.Require(requirement);
        AlertRules.Require(options.Alerts);
        return options;
    }

    private static MLOpsInvalidException Broken(string option, double value, string rule) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{nameof(MonitorOptions)}.{option} is {value}: it {rule}."));
}
