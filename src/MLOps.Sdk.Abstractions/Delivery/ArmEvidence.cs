namespace MLOps.Delivery;

/// <summary>What one of the two did on one route, all live servers together.</summary>
public sealed record ArmEvidence
{
    /// <summary>Nothing yet.</summary>
    public static ArmEvidence None { get; } = new();

    /// <summary>Requests answered or failed.</summary>
    public long Requests { get; init; }

    /// <summary>Of these, failed.</summary>
    public long Failures { get; init; }

    /// <summary>Of these, slower than <see cref="DeploymentSpec.SlowerThan"/>.</summary>
    public long Slow { get; init; }

    /// <summary>Answers that were no finite number.</summary>
    public long NotFinite { get; init; }

    /// <summary>The longest row of failures, one after the other, on one server.</summary>
    public long ConsecutiveFailures { get; init; }

    /// <summary>Answers that are finite numbers.</summary>
    public long Outputs { get; init; }

    /// <summary>Their mean.</summary>
    public double OutputMean { get; init; }

    /// <summary>The sum of their squared differences from the mean.</summary>
    public double OutputSquares { get; init; }
}
