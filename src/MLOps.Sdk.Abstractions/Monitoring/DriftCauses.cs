namespace MLOps.Monitoring;

/// <summary>Which causes are faults.</summary>
public static class DriftCauses
{
    /// <summary>Whether the data is broken rather than changed: nothing must be trained on it.</summary>
    public static bool IsFault(this DriftCause cause) => cause is DriftCause.Nulls or DriftCause.Constant or DriftCause.UnitChange;
}
