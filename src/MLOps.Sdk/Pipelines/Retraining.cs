namespace MLOps.Pipelines;

/// <summary>A finished retraining.</summary>
public sealed record Retraining
{
    /// <summary>Its id: a UUIDv7 as 32 hexadecimal characters.</summary>
    public required string Id { get; init; }

    /// <summary>The model.</summary>
    public required string Model { get; init; }

    /// <summary>The report that woke it.</summary>
    public required string ReportId { get; init; }

    /// <summary>The version that served when it began.</summary>
    public required int ChampionNumber { get; init; }

    /// <summary>The version it trained; null when there is none.</summary>
    public int? CandidateNumber { get; init; }

    /// <summary>How it ended.</summary>
    public required RetrainingResult Result { get; init; }

    /// <summary>Why, in a sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public required DateTimeOffset FinishedAt { get; init; }
}
