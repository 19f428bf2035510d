namespace MLOps.Delivery;

/// <summary>What a person may tell a deployment.</summary>
public enum DeploymentCommand
{
    /// <summary>Stay as you are until told to resume. Guards stay awake.</summary>
    Pause,

    /// <summary>Go on where you paused.</summary>
    Resume,

    /// <summary>Promote now, whatever the evidence says. Gates must have passed, and the alias's policy holds all the same.</summary>
    Promote,

    /// <summary>Give everything back to the champion, also after the promotion.</summary>
    RollBack,
}
