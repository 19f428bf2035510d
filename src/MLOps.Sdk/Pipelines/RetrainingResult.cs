namespace MLOps.Pipelines;

/// <summary>How a retraining ended.</summary>
public enum RetrainingResult
{
    /// <summary>The new version passed the gates and serves.</summary>
    Promoted,

    /// <summary>A gate said no: the champion stays.</summary>
    Rejected,

    /// <summary>There is no new version, or it could not be judged or promoted: the champion stays.</summary>
    Failed,
}
