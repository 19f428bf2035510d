namespace MLOps.Delivery;

/// <summary>How far a deployment has come. The names stand in stores: none may change.</summary>
public enum DeploymentState
{
    /// <summary>Asked for; nothing was done yet.</summary>
    Draft,

    /// <summary>Its gates are being asked.</summary>
    Gating,

    /// <summary>The gates let it pass; what the alias's policy asks for beside them is still to come.</summary>
    AwaitingApproval,

    /// <summary>Every live server loads it beside the champion; no request goes to it.</summary>
    Loading,

    /// <summary>It answers copies of requests, after the champion has answered the requests themselves. Nobody sees its answers.</summary>
    Shadow,

    /// <summary>It answers a share of the requests: the one of its <see cref="Deployment.Step"/>.</summary>
    Canary,

    /// <summary>It keeps the last share until it has lasted, and until it is shown to be no worse.</summary>
    Baking,

    /// <summary>The alias points to it. The end, unless somebody rolls it back.</summary>
    Promoted,

    /// <summary>No new request goes to it; the servers have not all heard of that yet.</summary>
    RollingBack,

    /// <summary>The champion answers everything again. The end.</summary>
    RolledBack,

    /// <summary>It waits for a person. Its share stays what it was, and its guards stay awake.</summary>
    Paused,

    /// <summary>It never got as far as a server: a gate said no, or it could not begin. The end.</summary>
    Failed,
}
