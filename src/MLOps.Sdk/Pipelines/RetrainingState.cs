namespace MLOps.Pipelines;

/// <summary>The one record that says where a model's retraining stands. Whoever changes it under its expected version holds the retraining.</summary>
internal sealed record RetrainingState
{
    /// <summary>How many finished retrainings are kept.</summary>
    public const int LongestHistory = 100;

    public required string Model { get; init; }

    /// <summary>The retraining in progress; null when there is none.</summary>
    public RunningRetraining? Running { get; init; }

    /// <summary>The report that was answered last: it and older ones wake nothing more.</summary>
    public string? AnsweredReportId { get; init; }

    /// <summary>When the answered report was made.</summary>
    public DateTimeOffset? AnsweredReportAt { get; init; }

    /// <summary>The report of the last attempt, and how many attempts it has had.</summary>
    public string? AttemptedReportId { get; init; }

    public int Attempts { get; init; }

    /// <summary>Retrainings in a row that promoted nothing.</summary>
    public int Misses { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>When the retrainings of the last seven days began.</summary>
    public IReadOnlyList<DateTimeOffset> Started { get; init; } = [];

    /// <summary>The finished ones, newest first.</summary>
    public IReadOnlyList<Retraining> History { get; init; } = [];
}
