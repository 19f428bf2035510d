namespace MLOps.Monitoring;

/// <summary>One incident of a model, from the first window that showed it to its end. However many windows show it, it is one alert.</summary>
public sealed record MonitorAlert
{
    /// <summary>Its id: a UUIDv7 as 32 hexadecimal characters.</summary>
    public required string Id { get; init; }

    /// <summary>The model.</summary>
    public required string Model { get; init; }

    /// <summary>The version that the last window was about.</summary>
    public required int Number { get; init; }

    /// <summary>What it is about.</summary>
    public required AlertKind Kind { get; init; }

    /// <summary>Where it stands.</summary>
    public required AlertState State { get; init; }

    /// <summary>The first event time of the first window that showed it.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When it opened; null while it is pending.</summary>
    public DateTimeOffset? OpenedAt { get; init; }

    /// <summary>When it was resolved; null before.</summary>
    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>The end of the last window that was judged.</summary>
    public required DateTimeOffset JudgedTo { get; init; }

    /// <summary>One line: what moved, and how far.</summary>
    public required string Title { get; init; }

    /// <summary>What, since when, how large, which bins or categories, where, why most likely, and what it did to the answers; in plain sentences.</summary>
    public required string Text { get; init; }

    /// <summary>The columns that it names, the most important first.</summary>
    public IReadOnlyList<string> Features { get; init; } = [];

    /// <summary>What the next steps need: the report, the version, the data it was trained on, recent moves of the alias; as <c>kind:id</c>.</summary>
    public IReadOnlyList<EntityRef> Links { get; init; } = [];

    /// <summary>Which of the last windows showed it, the newest first.</summary>
    public IReadOnlyList<bool> Seen { get; init; } = [];

    /// <summary>How strong it was at its strongest: how many times its threshold.</summary>
    public double Strength { get; init; }

    /// <summary>Whether nobody was told: it is silenced, or the week's budget was used up.</summary>
    public bool IsHeldBack { get; init; }

    /// <summary>Who took it up; null while nobody did.</summary>
    public string? AcknowledgedBy { get; init; }

    /// <summary>When it was taken up.</summary>
    public DateTimeOffset? AcknowledgedAt { get; init; }

    /// <summary>What was said then.</summary>
    public string? Note { get; init; }
}
