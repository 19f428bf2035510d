namespace MLOps.Experiments;

/// <summary>A named group of runs.</summary>
public sealed record Experiment
{
    /// <summary>Its name, which is its identity.</summary>
    public required string Name { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
