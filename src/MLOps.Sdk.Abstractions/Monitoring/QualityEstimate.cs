namespace MLOps.Monitoring;

/// <summary>
/// What the quality would be if the relation between columns and truth were still that of training: known before any label. It sees a shift of the columns; it is blind to a change of that
/// relation, so never read it without its track record.
/// </summary>
public sealed record QualityEstimate
{
    /// <summary><c>cbpe</c> for a binary score (confidence-based: calibrated scores are the chances of being right), <c>dle</c> for a number (direct loss: boosted trees that learned the error).</summary>
    public required string Method { get; init; }

    /// <summary>The estimated metrics with the interval in which chance alone would let the realised ones fall.</summary>
    public IReadOnlyDictionary<string, QualityRange> Metrics { get; init; } = new Dictionary<string, QualityRange>();

    /// <summary>The judged metric of earlier windows of the version, estimated and realised, newest first; at most eight whose labels are there.</summary>
    public IReadOnlyList<EstimateRecord> TrackRecord { get; init; } = [];

    /// <summary>False when most windows of the track record were off by more than two widths of their interval: the relation has changed most likely. Such an estimate triggers nothing.</summary>
    public bool IsTrusted { get; init; } = true;
}
