namespace MLOps.Delivery;

/// <summary>A version on its way to users: what was asked for, and how far it has come.</summary>
public sealed record Deployment
{
    /// <summary>Its id: a UUIDv7 as 32 hexadecimal characters.</summary>
    public required string Id { get; init; }

    /// <summary>What was asked for.</summary>
    public required DeploymentSpec Spec { get; init; }

    /// <summary>The content of the candidate when it was asked for.</summary>
    public required Digest Digest { get; init; }

    /// <summary>The version that the alias pointed to when it was asked for, and that the candidate is compared with; 0 for none.</summary>
    public int ChampionNumber { get; init; }

    /// <summary>How far it has come.</summary>
    public DeploymentState State { get; init; }

    /// <summary>The step of the canary, from 0.</summary>
    public int Step { get; init; }

    /// <summary>How many times its state changed. Whoever changes it expects the epoch that he saw.</summary>
    public long Epoch { get; init; }

    /// <summary>Since when it is in this state and step.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The revision of the route that it published last; 0 for none. It goes no further before every live server has observed it.</summary>
    public long RouteRevision { get; init; }

    /// <summary>The routes on which the candidate computed answers, in order.</summary>
    public IReadOnlyList<Exposure> Exposures { get; init; } = [];

    /// <summary>The gates that must let it pass, by name; known once they are being asked.</summary>
    public IReadOnlyList<string> Gates { get; init; } = [];

    /// <summary>Where it goes on when it is paused.</summary>
    public DeploymentState? PausedFrom { get; init; }

    /// <summary>Why it is in this state.</summary>
    public required string Reason { get; init; }

    /// <summary>Who asked for it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>True at an end: promoted, rolled back or failed.</summary>
    public bool IsFinished => State is DeploymentState.Promoted or DeploymentState.RolledBack or DeploymentState.Failed;

    /// <summary>The share of requests whose answer users get from the candidate, by the route published last.</summary>
    public double Share => State is DeploymentState.Promoted ? 1 : State is DeploymentState.RollingBack || IsFinished ? 0 : Exposures is [.., { IsShadow: false } last] ? last.Share : 0;

    /// <inheritdoc/>
    public override string ToString() => $"{Spec.Model}/{Spec.Number} {State}";
}
