namespace MLOps.Models;

/// <summary>
/// Which versions of a model are kept. A version is kept when any of this says so, and always when an alias points to it or would roll back to it, when it
/// is under legal hold, and when it is the latest.
/// </summary>
public sealed record RetentionRule
{
    /// <summary>How many of the newest are kept; at least 1, 10 by default.</summary>
    public int Latest { get; init; } = 10;

    /// <summary>How long a version is kept after it was registered; null by default: age keeps nothing.</summary>
    public TimeSpan? Age { get; init; }

    /// <summary>Versions in one of these stages are kept.</summary>
    public IReadOnlyList<string> Stages { get; init; } = [];

    /// <summary>Versions with one of these tags are kept, whatever its value.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];
}
