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

    /// <summary>
    /// The lease under which a process writes the run while it is Running: when the process is gone the lease runs out, and the run becomes
    /// <see cref="RunStatus.Killed"/>. Null when the run was ended by its process.
    /// </summary>
    public string? LeaseName { get; init; }

    /// <summary>What people wrote about it.</summary>
    public string? Note { get; init; }

    /// <summary>What was said about it, in order.</summary>
    public IReadOnlyList<RunComment> Comments { get; init; } = [];

    /// <summary>That it must be kept; null when nobody holds it.</summary>
    public RunHold? Hold { get; init; }

    /// <summary>Where it began when it is a fork.</summary>
    public RunOrigin? ForkedFrom { get; init; }

    /// <summary>Where and of what code it was made; null when it was not captured.</summary>
    public RunEnvironment? Environment { get; init; }

    /// <summary>What it used; known at its end, and null when it was not captured.</summary>
    public RunCost? Cost { get; init; }

    /// <summary>When it was deleted; null for a living run. A deleted run is not found by queries that do not ask for it, and can be restored.</summary>
    public DateTimeOffset? DeletedAt { get; init; }

    /// <summary>What it was run with.</summary>
    public IReadOnlyDictionary<string, string> Params { get; init; } = new Dictionary<string, string>();

    /// <summary>Free labels.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>Its metrics in short; the series themselves are read with <see cref="IExperimentTracker.ReadMetricAsync"/>.</summary>
    public IReadOnlyDictionary<string, MetricSummary> Metrics { get; init; } = new Dictionary<string, MetricSummary>();

    /// <summary>How many metric points were dropped because its buffer was full: 0 unless its tracker was told to drop instead of waiting.</summary>
    public long DroppedPoints { get; init; }

    /// <summary>The files it left, by path.</summary>
    public IReadOnlyList<Artifact> Artifacts { get; init; } = [];

    /// <summary>Whether it may only read data that is committed in this store; see <see cref="RunOptions.RequireCommittedData"/>.</summary>
    public bool RequiresCommittedData { get; init; }

    /// <summary>The dataset versions it read.</summary>
    public IReadOnlyList<DatasetInput> Inputs { get; init; } = [];
}
