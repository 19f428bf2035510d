namespace MLOps.Experiments;

/// <summary>What learning curves are laid over each other by.</summary>
public enum CurveAlignment
{
    /// <summary>Their steps.</summary>
    Step,

    /// <summary>Seconds since each run started.</summary>
    Time,
}
