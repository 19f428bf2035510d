using System.Buffers;
using MLOps.Storage;

namespace MLOps.Experiments;

/// <summary>Points that left the buffer, packed and placed: what is appended, and appended again byte for byte when it is not known whether it arrived.</summary>
/// <param name="Appends">One block a series.</param>
/// <param name="Series">The series of each block.</param>
/// <param name="Points">The points, grouped by series in the same order; rented, until they are folded.</param>
/// <param name="Ends">Where the points of each series end.</param>
sealed record MetricBatch(IReadOnlyList<StreamAppend> Appends, IReadOnlyList<MetricSeries> Series, LoggedPoint[] Points, IReadOnlyList<int> Ends)
{
    /// <summary>Groups the points by series, keeping their order within each.</summary>
    public static MetricBatch Of(string runId, ReadOnlySpan<LoggedPoint> points, IReadOnlyList<MetricSeries> series)
    {
        var ends = new int[series.Count];
        foreach (ref readonly var point in points) ends[point.Metric]++;
        for (int i = 0, sum = 0; i < ends.Length; i++)
        {
            var count = ends[i];
            ends[i] = sum;
            sum += count;
        }

        var grouped = ArrayPool<LoggedPoint>.Shared.Rent(points.Length);
        foreach (ref readonly var point in points) grouped[ends[point.Metric]++] = point;

        var appends = new List<StreamAppend>();
        var present = new List<MetricSeries>();
        var presentEnds = new List<int>();
        for (int i = 0, start = 0; i < ends.Length; start = ends[i++])
        {
            if (ends[i] == start) continue;
            appends.Add(new StreamAppend(MetricStreams.Of(runId, series[i].Name), series[i].Next, MetricBlock.Encode(grouped.AsSpan(start, ends[i] - start))));
            present.Add(series[i]);
            presentEnds.Add(ends[i]);
        }

        return new MetricBatch(appends, present, grouped, presentEnds);
    }

    /// <summary>The points of a series once more, in large blocks; its summary has them.</summary>
    public static MetricBatch Again(MetricSeries series, IReadOnlyList<StreamAppend> appends) =>
        new(appends, [.. appends.Select(_ => series)], [], new int[appends.Count]);

    /// <summary>Takes the points into the summaries, once they are stored, and gives them up: called once.</summary>
    public void Fold()
    {
        for (int i = 0, start = 0; i < Series.Count; start = Ends[i++])
            Series[i].Fold(Points.AsSpan(start, Ends[i] - start), Appends[i].Position + 1);
        ArrayPool<LoggedPoint>.Shared.Return(Points);
    }
}
