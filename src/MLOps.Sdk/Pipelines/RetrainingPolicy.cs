namespace MLOps.Pipelines;

/// <summary>When the next retraining may begin.</summary>
internal static class RetrainingPolicy
{
    private const int LargestDoubling = 6;
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    /// <summary>The first moment at which cooldown and budget allow a retraining; null when they always did.</summary>
    public static DateTimeOffset? AllowedFrom(RetrainingState state, RetrainingOptions options)
    {
        DateTimeOffset? cool = state.FinishedAt is { } finished ? Later(finished, Pause(state.Misses, options.Cooldown)) : null;
        if (state.Started.Count < options.MaximumPerWeek) return cool;
        var budget = state.Started.OrderDescending().ElementAt(options.MaximumPerWeek - 1) + Week;
        return cool > budget ? cool : budget;
    }

    /// <summary>The starts that still count against the weekly budget.</summary>
    public static IReadOnlyList<DateTimeOffset> Recent(IReadOnlyList<DateTimeOffset> started, DateTimeOffset now) => [.. started.Where(s => s > now - Week)];

    private static TimeSpan Pause(int misses, TimeSpan cooldown)
    {
        var doublings = 1L << Math.Min(misses, LargestDoubling);
        return cooldown.Ticks > TimeSpan.MaxValue.Ticks / doublings ? TimeSpan.MaxValue : cooldown * doublings;
    }

    private static DateTimeOffset Later(DateTimeOffset moment, TimeSpan pause) =>
        pause > DateTimeOffset.MaxValue - moment ? DateTimeOffset.MaxValue : moment + pause;
}
