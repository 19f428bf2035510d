namespace MLOps.Monitoring;

/// <summary>Where a retrain policy stands.</summary>
public enum RetrainPhase
{
    /// <summary>All is well.</summary>
    Ok,

    /// <summary>Something was seen, but not often enough.</summary>
    Warning,

    /// <summary>It was seen often enough.</summary>
    Alarm,
}
