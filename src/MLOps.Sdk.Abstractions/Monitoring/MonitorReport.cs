namespace MLOps.Monitoring;

/// <summary>The judgement of one window.</summary>
public sealed record MonitorReport
{
    /// <summary>Its id: a UUIDv7 as 32 hexadecimal characters.</summary>
    public required string Id { get; init; }

    /// <summary>The model.</summary>
    public required string Model { get; init; }

    /// <summary>The version that made most of the window's predictions; 0 when there were none.</summary>
    public required int Number { get; init; }

    /// <summary>First event time, inclusive.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>Last event time, exclusive.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>Predictions of the version in the window.</summary>
    public long Rows { get; init; }

    /// <summary>Predictions of other versions in the window, which this report leaves out.</summary>
    public long OtherRows { get; init; }

    /// <summary>Predictions of the version that have a label by now.</summary>
    public long LabelledRows { get; init; }

    /// <summary>The conclusion.</summary>
    public required MonitorVerdict Verdict { get; init; }

    /// <summary>The conclusion in a sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>The columns, the prediction last.</summary>
    public IReadOnlyList<FeatureDrift> Features { get; init; } = [];

    /// <summary>All columns looked at together: <c>pca</c>, <c>classifier</c>, <c>mmd</c>. Empty when there are fewer than two columns or 100 rows.</summary>
    public IReadOnlyList<DriftTestResult> Together { get; init; } = [];

    /// <summary>The share of the model that the drifted columns are, 0..1: by importance when it is known, else by number; the larger of both.</summary>
    public double DriftShare { get; init; }

    /// <summary>Quality metrics over the labelled rows, by name; see <see cref="PredictionTask"/>. Empty without labels.</summary>
    public IReadOnlyDictionary<string, double> Quality { get; init; } = new Dictionary<string, double>();

    /// <summary>The same metrics at training.</summary>
    public IReadOnlyDictionary<string, double> BaselineQuality { get; init; } = new Dictionary<string, double>();

    /// <summary>95 % intervals of <see cref="Quality"/>, for the metrics that have one.</summary>
    public IReadOnlyDictionary<string, QualityRange> QualityRanges { get; init; } = new Dictionary<string, QualityRange>();

    /// <summary>Whether labels are still to be expected: fewer than nine in ten predictions have one, and the window's labels are not overdue (<see cref="MonitorOptions.LabelLateness"/>).</summary>
    public bool IsProvisional { get; init; }

    /// <summary>
    /// Whether the labelled predictions are like the others: the Kolmogorov-Smirnov test between their scores. A small p-value with a large statistic says that labels come for some
    /// predictions rather than for others, so that <see cref="Quality"/> is not the quality of all. Null when one of the two groups has fewer than 100 rows.
    /// </summary>
    public DriftTestResult? LabelSelection { get; init; }

    /// <summary>What the quality is estimated to be, labels or not; null without a baseline that was captured with answers and labels.</summary>
    public QualityEstimate? Estimate { get; init; }

    /// <summary>Whether that estimate may be trusted and lies, with its whole interval, below what is tolerated.</summary>
    public bool EstimateFell { get; init; }

    /// <summary>Detectors that saw the realised loss change in the order of events; calibrated on the baseline's losses to <see cref="MonitorOptions.RunLength"/>. Signals, no verdict.</summary>
    public IReadOnlyList<ConceptSignal> Concept { get; init; } = [];

    /// <summary>Parts of the rows that stand out, the most telling first; at most 20.</summary>
    public IReadOnlyList<SegmentDrift> Segments { get; init; } = [];

    /// <summary>Fairness metrics of the columns that <see cref="MonitorOptions.Fairness"/> names.</summary>
    public IReadOnlyList<FairnessValue> Fairness { get; init; } = [];

    /// <summary>What the numbers leave out: rows that were dropped, processes that ended in the middle, columns that were not logged.</summary>
    public IReadOnlyList<string> Gaps { get; init; } = [];

    /// <summary>How many false alerts a month these settings would give, by a replay over the baseline's blocks; null when the baseline has none.</summary>
    public double? FalseAlertsPerMonth { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
