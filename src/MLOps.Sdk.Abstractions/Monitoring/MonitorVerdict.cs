namespace MLOps.Monitoring;

/// <summary>What a report concludes.</summary>
public enum MonitorVerdict
{
    /// <summary>Nothing moved that matters.</summary>
    Ok,

    /// <summary>Too few rows to say.</summary>
    InsufficientData,

    /// <summary>The data drifted; the quality is not known to be worse.</summary>
    Drift,

    /// <summary>The quality fell below what is tolerated, with or without drift.</summary>
    QualityDrop,
}
