namespace MLOps.Delivery;

/// <summary>How good a model version was on rows that it was not fitted to, as a whole and per slice: stored with it as the attachment <see cref="AttachmentName"/>. Immutable.</summary>
public sealed record Evaluation
{
    /// <summary>The name of the attachment.</summary>
    public const string AttachmentName = "evaluation.json";

    /// <summary>The format's version, 1.</summary>
    public int Format { get; init; } = 1;

    /// <summary>How many rows.</summary>
    public required long Rows { get; init; }

    /// <summary>How sure the intervals are: 0.95 for 95 %.</summary>
    public required double Confidence { get; init; }

    /// <summary>The metrics: those over all rows first, then slice by slice.</summary>
    public IReadOnlyList<SliceMetric> Metrics { get; init; } = [];
}
