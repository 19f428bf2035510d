using MLOps.Storage;

namespace MLOps.Experiments;

/// <summary>
/// Writes series of many small blocks anew: a run that logs a point a second has a block for each, and each costs more than its point. The large blocks go behind
/// the small ones, in one append whose first block says that the series begins with it; then the small ones are removed. A crash between leaves both, which readers know.
/// </summary>
sealed class SeriesCompaction(IStreamStore streams)
{
    /// <summary>Fewer blocks are left as they are.</summary>
    public const int Many = 64;

    private const int SmallBlock = 1_024;

    /// <summary>The large blocks to append; none for a series that is good as it is, or that another writer writes.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="next">Its next position, which the one writer of the series knows.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask<IReadOnlyList<StreamAppend>> JoinedAsync(string stream, long next, CancellationToken cancellationToken)
    {
        if (await streams.StatAsync(stream, cancellationToken).ConfigureAwait(false) is not { } info || info.Next != next || next - info.First < Many) return [];
        var parts = new List<MetricColumns>();
        await foreach (var block in streams.ReadAsync(stream, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            if (MetricBlock.IsAnew(block.Bytes.Span)) parts.Clear();
            parts.Add(MetricBlock.Decode(block.Bytes.Span, stream, block.Position));
        }

        var points = MetricColumns.Joined(parts);
        if (points.Count / (next - info.First) >= SmallBlock) return [];
        var large = new List<StreamAppend>();
        for (var from = 0; from < points.Count; from += MetricBlock.Full)
            large.Add(new StreamAppend(stream, next + large.Count, MetricBlock.Encode(points.Logged(from, Math.Min(MetricBlock.Full, points.Count - from)), isAnew: from == 0)));
        return large;
    }

    /// <summary>Removes the small blocks, once the large ones are stored.</summary>
    public ValueTask RemoveAsync(StreamAppend first, CancellationToken cancellationToken) => streams.TruncateAsync(first.Stream, first.Position, cancellationToken);
}
