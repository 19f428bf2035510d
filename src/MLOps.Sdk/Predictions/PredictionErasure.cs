using MLOps.Data;
using MLOps.Storage;

namespace MLOps.Predictions;

/// <summary>Takes one subject's rows, and the labels of these, out of a model's log.</summary>
internal sealed class PredictionErasure(IStreamStore streams, Generations generations)
{
    private const int BlockRows = 65_536;

    /// <summary>The predictions that were erased, and the hours of their versions.</summary>
    public async ValueTask<(HashSet<PredictionId> Ids, HashSet<(int Number, long Hour)> Hours)> EraseAsync(string model, string column, IReadOnlySet<string> values, CancellationToken cancellationToken)
    {
        var ids = new HashSet<PredictionId>();
        var hours = new HashSet<(int, long)>();
        foreach (var (stream, from) in await CopiedStreams.ListAsync(streams, PredictionStreams.AllPredictions(model), cancellationToken).ConfigureAwait(false))
        {
            var kept = new List<(byte[] Block, BlockEntry Entry)>();
            var (last, keptByLast) = (-1L, 0);
            await foreach (var block in streams.ReadAsync(stream.Name, from, cancellationToken).ConfigureAwait(false))
            {
                var where = LoggedBlocks.Where(stream.Name, block);
                var header = PredictionBlock.ReadHeader(block.Bytes.Span, where);
                var generation = await generations.GetAsync(header.Generation, cancellationToken).ConfigureAwait(false);
                var batch = PredictionBlock.Read(block.Bytes.Span, generation, where);
                var rows = new PredictionRows(batch.Model, batch.Generation, batch.Features, BlockRows);
                var found = false;
                for (var row = 0; row < batch.Count; row++)
                {
                    if (IsOf(batch, row, column, values))
                    {
                        found = true;
                        ids.Add(batch.Id(row));
                        hours.Add((batch.Number, batch.Times[row] - batch.Times[row] % TimeSpan.TicksPerHour));
                    }
                    else rows.Add(batch.Sequences[row], batch.Times[row], batch.Scores[row], Row(batch.Numbers, row), Row(batch.Categories, row), batch.Routes?[row]);
                }

                if (rows.Count > 0)
                    kept.Add((PredictionBlock.Pack(rows), new(kept.Count, rows.Count, rows.Times.Min(), rows.Times.Max(), rows.Sequences.Min(), rows.Sequences.Max())));
                if (!found) continue;
                (last, keptByLast) = (block.Position, kept.Count);
            }

            if (last < 0) continue;
            var copy = CopiedStreams.NameOf(stream.Name, from, last);
            var appends = kept.Take(keptByLast).Select((k, i) => new StreamAppend(copy, i, k.Block)).ToList();
            // Windows have counted these rows already, or are made anew: the copy must not be counted again.
            if (appends.Count > 0) appends.Add(new(BlockIndex.StreamOf(copy), 0, BlockIndex.Pack([.. kept.Take(keptByLast).Select(k => k.Entry)], Guid.Empty)));
            if (appends.Count > 0) await streams.AppendAsync(appends, cancellationToken).ConfigureAwait(false);
            await streams.TruncateAsync(stream.Name, last + 1, cancellationToken).ConfigureAwait(false);
        }

        if (ids.Count > 0) await EraseLabelsAsync(model, ids, cancellationToken).ConfigureAwait(false);
        return (ids, hours);
    }

    private async ValueTask EraseLabelsAsync(string model, HashSet<PredictionId> ids, CancellationToken cancellationToken)
    {
        foreach (var (stream, from) in await CopiedStreams.ListAsync(streams, PredictionStreams.AllLabels(model), cancellationToken).ConfigureAwait(false))
        {
            var kept = new List<byte[]>();
            var (last, keptByLast) = (-1L, 0);
            await foreach (var block in streams.ReadAsync(stream.Name, from, cancellationToken).ConfigureAwait(false))
            {
                var (writtenAt, labels) = LabelBlock.Read(block.Bytes.Span, LoggedBlocks.Where(stream.Name, block));
                var left = labels.Where(l => !ids.Contains(l.Id)).ToArray();
                if (left.Length > 0) kept.Add(LabelBlock.Pack(left, new DateTimeOffset(writtenAt, TimeSpan.Zero)));
                if (left.Length < labels.Count) (last, keptByLast) = (block.Position, kept.Count);
            }

            if (last < 0) continue;
            var copy = CopiedStreams.NameOf(stream.Name, from, last);
            if (keptByLast > 0) await streams.AppendAsync([.. kept.Take(keptByLast).Select((k, i) => new StreamAppend(copy, i, k))], cancellationToken).ConfigureAwait(false);
            await streams.TruncateAsync(stream.Name, last + 1, cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool IsOf(PredictionBatch batch, int row, string column, IReadOnlySet<string> values)
    {
        var category = 0;
        foreach (var feature in batch.Features)
        {
            if (feature.Kind is not FeatureKind.Category) continue;
            if (feature.Name == column && batch.Categories[category][row] is { } value && values.Contains(value)) return true;
            category++;
        }

        return false;
    }

    private static T[] Row<T>(T[][] columns, int row) => [.. columns.Select(c => c[row])];
}
