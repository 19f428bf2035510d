namespace MLOps.Serving;

/// <summary>
/// The buckets in which calls are counted by how long they took: four to every doubling, from 1 µs to 36 min. Bucket 0 holds what took less than
/// 1 µs; bucket i what took from 2^((i-1)/4) µs to 2^(i/4) µs, so that a quantile is known to 19 %.
/// </summary>
internal static class LatencyBuckets
{
    public const int Count = 126;

    /// <summary>The bucket of a duration.</summary>
    public static int Of(TimeSpan took)
    {
        var microseconds = took.Ticks / (double)TimeSpan.TicksPerMicrosecond;
        return microseconds < 1 ? 0 : Math.Min(Count - 1, 1 + (int)(4 * Math.Log2(microseconds)));
    }

    /// <summary>Where a bucket ends.</summary>
    public static TimeSpan UpperBound(int bucket) => TimeSpan.FromTicks((long)Math.Ceiling(Math.Pow(2, bucket / 4.0) * TimeSpan.TicksPerMicrosecond));

    /// <summary>An upper bound of a quantile; null when nothing was counted.</summary>
    /// <param name="counts">By bucket; trailing zeros may be missing.</param>
    /// <param name="quantile">From 0 to 1.</param>
    public static TimeSpan? Quantile(IReadOnlyList<long> counts, double quantile)
    {
        var rank = Math.Max(1, (long)Math.Ceiling(quantile * counts.Sum()));
        var seen = 0L;
        for (var bucket = 0; bucket < counts.Count; bucket++)
            if ((seen += counts[bucket]) >= rank) return UpperBound(bucket);
        return null;
    }
}
