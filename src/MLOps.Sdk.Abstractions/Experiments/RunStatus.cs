namespace MLOps.Experiments;

/// <summary>Where a run stands.</summary>
public enum RunStatus
{
    /// <summary>Being written.</summary>
    Running,

    /// <summary>Completed.</summary>
    Finished,

    /// <summary>Left by an exception, or completed as failed.</summary>
    Failed,

    /// <summary>Ended from outside.</summary>
    Killed,
}
