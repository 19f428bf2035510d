namespace MLOps.Delivery;

/// <summary>What becomes of a deployment that gets no further in time.</summary>
public enum DeadlineAction
{
    /// <summary>It waits for a person.</summary>
    Pause,

    /// <summary>It is rolled back.</summary>
    RollBack,
}
