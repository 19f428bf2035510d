namespace MLOps.Monitoring;

/// <summary>What a report's page shows beside the report.</summary>
public sealed record MonitorPageOptions
{
    /// <summary>The baseline that the window was held against: gives the histograms and the calibration; null without.</summary>
    public Baseline? Baseline { get; init; }

    /// <summary>Earlier reports of the model, in any order: give the courses over time.</summary>
    public IReadOnlyList<MonitorReport> History { get; init; } = [];

    /// <summary>The model's alerts, newest first.</summary>
    public IReadOnlyList<MonitorAlert> Alerts { get; init; } = [];

    /// <summary>The settings that the window was judged by.</summary>
    public MonitorOptions Settings { get; init; } = new();
}
