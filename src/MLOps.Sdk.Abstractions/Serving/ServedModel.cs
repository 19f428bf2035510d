namespace MLOps.Serving;

/// <summary>The state of a declared model in this process.</summary>
public sealed record ServedModel
{
    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>The alias it follows.</summary>
    public required string Alias { get; init; }

    /// <summary>The version that answers; null when none is loaded.</summary>
    public int? Number { get; init; }

    /// <summary>The id of the generation that answers: 16 hexadecimal characters.</summary>
    public string? Generation { get; init; }

    /// <summary>When it began to answer.</summary>
    public DateTimeOffset? LoadedAt { get; init; }

    /// <summary>The versions that share the traffic, the first being the one above; empty when none is loaded.</summary>
    public IReadOnlyList<ServedArm> Arms { get; init; } = [];

    /// <summary>How many bytes its loaded versions take, by what its declaration says.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>What the first arm's version was asked so far, and how long it took.</summary>
    public ServedUsage Usage { get; init; } = new(0, 0, null, null);

    /// <summary>Old generations that still have calls in flight.</summary>
    public int Draining { get; init; }

    /// <summary>Why the last attempt to load failed; null after a success.</summary>
    public string? LastError { get; init; }
}
