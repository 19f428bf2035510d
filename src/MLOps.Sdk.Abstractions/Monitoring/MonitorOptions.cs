namespace MLOps.Monitoring;

/// <summary>How a window is judged. A feature has drifted when its test is significant after correction over all features <b>and</b> the effect is large enough to matter.</summary>
public sealed record MonitorOptions
{
    /// <summary>The false discovery rate over the features of a window (Benjamini-Hochberg). Between 0 and 1; 0.01 by default.</summary>
    public double FalseDiscoveryRate { get; init; } = 0.01;

    /// <summary>Fewer rows than this give the verdict <see cref="MonitorVerdict.InsufficientData"/> instead of a judgement. At least 2; 200 by default.</summary>
    public int MinimumRows { get; init; } = 200;

    /// <summary>Fewer labelled rows than this give no judgement on quality. At least 2; 100 by default.</summary>
    public int MinimumLabels { get; init; } = 100;

    /// <summary>How much worse the quality may be than at training, as a share: 0.25 allows an RMSE up to 1.25 times the baseline's. 0.25 by default.</summary>
    public double QualityTolerance { get; init; } = 0.25;

    /// <summary>The share of features that must have drifted for the data to count as drifted; between 0 and 1, 0.3 by default. Drift of the prediction itself counts alone.</summary>
    public double DriftShare { get; init; } = 0.3;

    /// <summary>The version to judge; the one that made most of the window's predictions when null (the higher number on a tie).</summary>
    public int? Version { get; init; }

    /// <summary>How long after its end a window's labels may come before they are overdue; 30 days by default, at least 0. Until then, and while fewer than nine in ten have come, its quality is provisional.</summary>
    public TimeSpan LabelLateness { get; init; } = TimeSpan.FromDays(30);

    /// <summary>After how many predictions without any change a detector of concept drift may fire wrongly, on average; 10,000 by default, 100 to 1,000,000.</summary>
    public int RunLength { get; init; } = 10_000;

    /// <summary>What is required of fairness; empty by default. Only for <see cref="PredictionTask.Binary"/>.</summary>
    public IReadOnlyList<FairnessRequirement> Fairness { get; init; } = [];

    /// <summary>When a judgement becomes an alert.</summary>
    public AlertOptions Alerts { get; init; } = new();
}
