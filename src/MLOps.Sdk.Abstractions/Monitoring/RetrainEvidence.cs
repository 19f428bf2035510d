namespace MLOps.Monitoring;

/// <summary>What is known when a retraining is decided on.</summary>
public sealed record RetrainEvidence
{
    /// <summary>Whether the quality by labels is below what is tolerated.</summary>
    public bool QualityFell { get; init; }

    /// <summary>Whether an estimate that may be trusted says so.</summary>
    public bool EstimateFell { get; init; }

    /// <summary>The share of the model that the drifted columns are, 0..1: by importance when it is known, else by number.</summary>
    public double DriftShare { get; init; }

    /// <summary>Whether the data has a fault: values that vanished, became one value, or came in another unit.</summary>
    public bool HasDataFault { get; init; }

    /// <summary>Labels that came since the last retraining, as far as they are known.</summary>
    public long NewLabels { get; init; }

    /// <summary>How a retraining ended that ended since the last decision: true when it gave no new version; null when none ended.</summary>
    public bool? Rejected { get; init; }

    /// <summary>What a report says.</summary>
    public static RetrainEvidence Of(MonitorReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new()
        {
            QualityFell = report.Verdict is MonitorVerdict.QualityDrop,
            EstimateFell = report.EstimateFell,
            DriftShare = report.DriftShare,
            HasDataFault = report.Features.Any(f => f.Drifted && f.Cause.IsFault()),
            NewLabels = report.LabelledRows,
        };
    }
}
