namespace MLOps.Experiments;

/// <summary>What is known of a run.</summary>
public sealed record Run
{
    /// <summary>Its id: a UUIDv7 as 32 hexadecimal characters, made by the client.</summary>
    public required string Id { get; init; }

    /// <summary>The experiment's name.</summary>
    public required string Experiment { get; init; }

    /// <summary>A name for people; need not be unique.</summary>
    public required string Name { get; init; }

    /// <summary>Where it stands.</summary>
    public RunStatus Status { get; init; }

    /// <summary>Why it did not finish.</summary>
    public string? StatusReason { get; init; }

    /// <summary>The run above it, if any.</summary>
    public string? ParentId { get; init; }

    /// <summary>Who started it.</summary>
    public required string Actor { get; init; }

    /// <summary>When it started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>What it was run with.</summary>
    public IReadOnlyDictionary<string, string> Params { get; init; } = new Dictionary<string, string>();

    /// <summary>Free labels.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>Its metrics in short; the series themselves are read with <see cref="IExperimentTracker.ReadMetricAsync"/>.</summary>
    public IReadOnlyDictionary<string, MetricSummary> Metrics { get; init; } = new Dictionary<string, MetricSummary>();

    /// <summary>The files it left, by path.</summary>
    public IReadOnlyList<Artifact> Artifacts { get; init; } = [];

    /// <summary>The dataset versions it read.</summary>
    public IReadOnlyList<DatasetInput> Inputs { get; init; } = [];
}
