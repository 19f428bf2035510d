namespace MLOps.Models;

/// <summary>A name that points to one version of a model and can be moved: <c>champion</c>.</summary>
public sealed record ModelAlias
{
    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>The alias.</summary>
    public required string Alias { get; init; }

    /// <summary>The version it points to; 0 when the alias was removed.</summary>
    public required int Number { get; init; }

    /// <summary>How many times it was moved, from 1.</summary>
    public required long Revision { get; init; }

    /// <summary>Who moved it last.</summary>
    public required string MovedBy { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset MovedAt { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }

    /// <summary>True when it was moved against its policy.</summary>
    public bool Override { get; init; }
}
