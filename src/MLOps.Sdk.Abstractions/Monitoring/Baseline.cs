namespace MLOps.Monitoring;

/// <summary>
/// What the data and the model looked like at training: stored with the model version as the attachment
/// <see cref="AttachmentName"/>, and compared with live windows later. Immutable.
/// </summary>
public sealed record Baseline
{
    /// <summary>The name of the attachment.</summary>
    public const string AttachmentName = "baseline.json";

    /// <summary>The format's version, 1.</summary>
    public int Format { get; init; } = 1;

    /// <summary>What the model predicts.</summary>
    public PredictionTask Task { get; init; }

    /// <summary>How many rows it was made from.</summary>
    public long Rows { get; init; }

    /// <summary>The columns.</summary>
    public IReadOnlyList<FeatureProfile> Features { get; init; } = [];

    /// <summary>The model's answers on those rows, under the name <c>prediction</c>; null when they were not given.</summary>
    public FeatureProfile? Prediction { get; init; }

    /// <summary>Quality metrics on those rows; see <see cref="PredictionTask"/>. Empty without labels.</summary>
    public IReadOnlyDictionary<string, double> Quality { get; init; } = new Dictionary<string, double>();

    /// <summary>How long a window in production is: the length of the blocks from which the null distances were learned. Null when the rows had no time.</summary>
    public TimeSpan? Window { get; init; }

    /// <summary>The truth of each of the sampled rows (see <see cref="FeatureProfile.Sample"/>), NaN where it was not known; empty without labels.</summary>
    public IReadOnlyList<double> Labels { get; init; } = [];

    /// <summary>What blocks of the rows showed of all columns together: by the name of the test, its statistic for each block; see <see cref="FeatureProfile.NullDistances"/>.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<double>> NullTogether { get; init; } = new Dictionary<string, IReadOnlyList<double>>();

    /// <summary>How a score became a probability on those rows: knots of a non-decreasing function, linear between them. Empty unless the task is binary and labels were given.</summary>
    public IReadOnlyList<CalibrationKnot> Calibration { get; init; } = [];

    /// <summary>The rows by segment: for each declared column and each of its frequent categories.</summary>
    public IReadOnlyList<SegmentProfile> Segments { get; init; } = [];
}
