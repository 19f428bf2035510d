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
}
