namespace MLOps.Records;

/// <summary>Something that happened to a model, told to whoever listens: in this process, or over a webhook.</summary>
public sealed record ModelEvent
{
    /// <summary>Its id: a UUIDv7 as 32 hexadecimal characters. A receiver that sees one twice has had it.</summary>
    public required string Id { get; init; }

    /// <summary>What happened: one of <see cref="ModelEventType"/>.</summary>
    public required string Type { get; init; }

    /// <summary>The model. Events of one model are delivered in the order in which they were committed.</summary>
    public required string Model { get; init; }

    /// <summary>What it is about: <c>model:churn/3</c>, <c>deployment:churn@champion/7</c>.</summary>
    public required EntityRef Subject { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who did it.</summary>
    public required string Actor { get; init; }

    /// <summary>The facts, by name. Never a secret: receivers and logs see them.</summary>
    public IReadOnlyDictionary<string, string> Data { get; init; } = new Dictionary<string, string>();
}
