namespace MLOps.Experiments;

/// <summary>What a <see cref="MetricRange"/> means.</summary>
static class MetricRanges
{
    private const int FewestPoints = 2, MostPoints = 100_000;

    public static void Require(MetricRange? range)
    {
        if (range?.Points is < FewestPoints or > MostPoints) throw new MLOpsInvalidException($"MetricRange.Points is {range.Points}; {FewestPoints} to {MostPoints} are allowed.");
        if (range is not null && !Enum.IsDefined(range.Sampling)) throw new MLOpsInvalidException($"MetricRange.Sampling is {(int)range.Sampling}, which is no way to sample.");
    }

    /// <summary>The points of a block that lie within.</summary>
    public static MetricColumns Within(MetricColumns points, MetricRange? range)
    {
        if (range is null or { FromStep: null, ToStep: null, From: null, To: null }) return points;
        var (fromStep, toStep) = (range.FromStep ?? long.MinValue, range.ToStep ?? long.MaxValue);
        var (from, to) = (range.From?.ToUnixTimeMilliseconds() ?? long.MinValue, range.To?.ToUnixTimeMilliseconds() ?? long.MaxValue);
        var places = new List<int>();
        for (var i = 0; i < points.Count; i++)
            if (points.Steps[i] >= fromStep && points.Steps[i] <= toStep && points.Times[i] >= from && points.Times[i] <= to) places.Add(i);
        return places.Count == points.Count ? points : points.At(places);
    }
}
