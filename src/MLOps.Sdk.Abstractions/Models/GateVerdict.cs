namespace MLOps.Models;

/// <summary>A gate's decision on exactly one content, kept with the registry as evidence.</summary>
public sealed record GateVerdict
{
    /// <summary>Its id: a UUIDv7 as 32 hexadecimal characters.</summary>
    public required string Id { get; init; }

    /// <summary>The gate's name.</summary>
    public required string Gate { get; init; }

    /// <summary>The model judged.</summary>
    public required string Model { get; init; }

    /// <summary>The version judged.</summary>
    public required int Number { get; init; }

    /// <summary>The digest of the content judged.</summary>
    public required Digest Digest { get; init; }

    /// <summary>The champion it was compared with; null when there was none.</summary>
    public int? ChampionNumber { get; init; }

    /// <summary>The decision.</summary>
    public required GateOutcome Outcome { get; init; }

    /// <summary>The decision in a sentence.</summary>
    public required string Message { get; init; }

    /// <summary>The numbers it rests on.</summary>
    public IReadOnlyDictionary<string, double> Evidence { get; init; } = new Dictionary<string, double>();

    /// <summary>Who had it judged.</summary>
    public required string Actor { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }
}
