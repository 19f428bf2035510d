using System.Globalization;
using System.Runtime.CompilerServices;
using MLOps.Storage;

namespace MLOps.Predictions;

/// <summary>The blocks of a model's predictions, found by their index where there is one.</summary>
internal sealed class LoggedBlocks(IStreamStore streams)
{
    /// <summary>The blocks that hold event times in [from, to).</summary>
    public async IAsyncEnumerable<(string Stream, StreamBlock Block, PredictionBlockHeader Header)> WithinAsync(
        string model, long from, long to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var (stream, start) in await CopiedStreams.ListAsync(streams, PredictionStreams.AllPredictions(model), cancellationToken).ConfigureAwait(false))
        {
            var (entries, covered, _) = await BlockIndex.ReadAsync(streams, stream.Name, cancellationToken).ConfigureAwait(false);
            foreach (var (first, last) in Runs(entries, e => e.Position >= start && e.MaxTime >= from && e.MinTime < to))
                await foreach (var block in RunAsync(stream.Name, first, last, cancellationToken).ConfigureAwait(false))
                    if (Header(stream.Name, block) is var header && header.MaxTime >= from && header.MinTime < to) yield return (stream.Name, block, header);
            await foreach (var block in streams.ReadAsync(stream.Name, Math.Max(covered, start), cancellationToken).ConfigureAwait(false))
                if (Header(stream.Name, block) is var header && header.MaxTime >= from && header.MinTime < to) yield return (stream.Name, block, header);
        }
    }

    public static string Where(string stream, StreamBlock block) => string.Create(CultureInfo.InvariantCulture, $"{stream}:{block.Position}");

    private static PredictionBlockHeader Header(string stream, StreamBlock block) => PredictionBlock.ReadHeader(block.Bytes.Span, Where(stream, block));

    private async IAsyncEnumerable<StreamBlock> RunAsync(string stream, long first, long last, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var block in streams.ReadAsync(stream, first, cancellationToken).ConfigureAwait(false))
        {
            if (block.Position > last) yield break;
            yield return block;
        }
    }

    // Neighbouring blocks are read in one go.
    private static List<(long First, long Last)> Runs(List<BlockEntry> entries, Func<BlockEntry, bool> wanted)
    {
        var runs = new List<(long First, long Last)>();
        foreach (var entry in entries)
        {
            if (!wanted(entry)) continue;
            if (runs.Count > 0 && runs[^1].Last + 1 == entry.Position) runs[^1] = (runs[^1].First, entry.Position);
            else runs.Add((entry.Position, entry.Position));
        }

        return runs;
    }
}
