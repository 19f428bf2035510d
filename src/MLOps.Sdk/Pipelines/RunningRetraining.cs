namespace MLOps.Pipelines;

/// <summary>A retraining in progress.</summary>
/// <param name="Id">Its id; nobody else's.</param>
/// <param name="ReportId">What woke it.</param>
/// <param name="ReportAt">When that report was made.</param>
/// <param name="ChampionNumber">The version that served when it began.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="Until">When it counts as left by a process that died.</param>
/// <param name="CandidateNumber">The version it trained, once there is one.</param>
internal sealed record RunningRetraining(
    string Id, string ReportId, DateTimeOffset ReportAt, int ChampionNumber, DateTimeOffset StartedAt, DateTimeOffset Until, int? CandidateNumber = null);
