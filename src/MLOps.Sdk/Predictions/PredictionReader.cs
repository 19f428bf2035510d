using System.Globalization;
using System.Runtime.CompilerServices;
using MLOps.Storage;

namespace MLOps.Predictions;

/// <summary>Reads a model's logged predictions back, in blocks, whichever processes made them.</summary>
internal sealed class PredictionReader(IStreamStore streams, Generations generations, LabelLog labels)
{
    public async IAsyncEnumerable<PredictionBatch> ReadAsync(
        string model, long from, long to, bool withLabels, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var known = withLabels ? await LabelsAsync(model, from, to, cancellationToken).ConfigureAwait(false) : null;
        await foreach (var (stream, block, header) in BlocksAsync(model, from, to, cancellationToken).ConfigureAwait(false))
        {
            var generation = await generations.GetAsync(header.Generation, cancellationToken).ConfigureAwait(false);
            var batch = PredictionBlock.Read(block.Bytes.Span, generation, Where(stream, block)).Within(from, to);
            if (batch.Count == 0) continue;
            yield return known is null ? batch : batch with { Labels = [.. batch.Sequences.Select((_, row) => known.TryGetValue(batch.Id(row), out var label) ? label.Value : double.NaN)] };
        }
    }

    /// <summary>The labels that the window's predictions may have: a first pass over the headers keeps the others out of memory.</summary>
    private async ValueTask<IReadOnlyDictionary<PredictionId, StoredLabel>> LabelsAsync(string model, long from, long to, CancellationToken cancellationToken)
    {
        var bounds = new Dictionary<ulong, (ulong First, ulong Last)>();
        await foreach (var (_, _, header) in BlocksAsync(model, from, to, cancellationToken).ConfigureAwait(false))
        {
            var before = bounds.GetValueOrDefault(header.Generation, (First: ulong.MaxValue, Last: 0UL));
            bounds[header.Generation] = (Math.Min(before.First, header.MinSequence), Math.Max(before.Last, header.MaxSequence));
        }

        return await labels.ReadAsync(
            model, id => bounds.TryGetValue(id.Generation, out var within) && id.Sequence >= within.First && id.Sequence <= within.Last, cancellationToken).ConfigureAwait(false);
    }

    private async IAsyncEnumerable<(string Stream, StreamBlock Block, PredictionBlockHeader Header)> BlocksAsync(
        string model, long from, long to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var stream in streams.ListAsync(PredictionStreams.AllPredictions(model), cancellationToken).ConfigureAwait(false))
        {
            await foreach (var block in streams.ReadAsync(stream.Name, 0, cancellationToken).ConfigureAwait(false))
            {
                var header = PredictionBlock.ReadHeader(block.Bytes.Span, Where(stream.Name, block));
                if (header.MaxTime >= from && header.MinTime < to) yield return (stream.Name, block, header);
            }
        }
    }

    private static string Where(string stream, StreamBlock block) => string.Create(CultureInfo.InvariantCulture, $"{stream}:{block.Position}");
}
