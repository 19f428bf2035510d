using System.Globalization;
using System.Runtime.CompilerServices;
using MLOps.Data;
using MLOps.Storage;

namespace MLOps.Predictions;

/// <summary>Reads a model's logged predictions back, in blocks, whichever processes made them.</summary>
internal sealed class PredictionReader(IStreamStore streams, Generations generations, LabelLog labels)
{
    private readonly LoggedBlocks _blocks = new(streams);

    public async IAsyncEnumerable<PredictionBatch> ReadAsync(
        string model, long from, long to, bool withLabels, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var known = withLabels ? await LabelsAsync(model, from, to, cancellationToken).ConfigureAwait(false) : null;
        await foreach (var (stream, block, header) in _blocks.WithinAsync(model, from, to, cancellationToken).ConfigureAwait(false))
        {
            var generation = await generations.GetAsync(header.Generation, cancellationToken).ConfigureAwait(false);
            var batch = PredictionBlock.Read(block.Bytes.Span, generation, Where(stream, block)).Within(from, to);
            if (batch.Count == 0) continue;
            yield return known is null ? batch : batch with { Labels = [.. batch.Sequences.Select((_, row) => known.TryGetValue(batch.Id(row), out var label) ? label.Value : double.NaN)] };
        }
    }

    public async ValueTask<LoggedPrediction> FindAsync(PredictionId id, CancellationToken cancellationToken)
    {
        // Read anew: whether it has ended since is what matters here.
        var generation = await generations.ReadAsync(id.Generation, cancellationToken).ConfigureAwait(false);
        var stream = PredictionStreams.Predictions(generation.Model, generation.Id);
        var highest = 0UL;
        foreach (var (part, from) in await CopiedStreams.ListAsync(streams, stream, cancellationToken).ConfigureAwait(false))
        await foreach (var block in streams.ReadAsync(part.Name, from, cancellationToken).ConfigureAwait(false))
        {
            var header = PredictionBlock.ReadHeader(block.Bytes.Span, Where(part.Name, block));
            highest = Math.Max(highest, header.MaxSequence);
            if (id.Sequence < header.MinSequence || id.Sequence > header.MaxSequence) continue;
            var batch = PredictionBlock.Read(block.Bytes.Span, generation, Where(part.Name, block));
            if (Array.IndexOf(batch.Sequences, id.Sequence) is not (>= 0 and var row)) continue;
            var labelled = await labels.ReadAsync(generation.Model, label => label == id, cancellationToken).ConfigureAwait(false);
            return Row(batch, row, labelled.TryGetValue(id, out var label) ? label : null) with { KnownCount = generation.Count ?? highest };
        }

        var known = generation.Count ?? highest;
        return new LoggedPrediction
        {
            Id = id,
            Model = generation.Model,
            Number = generation.Number,
            KnownCount = known,
            State = id.Sequence is 0 || (id.Sequence > known && generation.Count is not null) ? PredictionState.NeverMade
                : id.Sequence <= known ? PredictionState.NotLogged : PredictionState.Unknown,
        };
    }

    public static LoggedPrediction Row(PredictionBatch batch, int row, StoredLabel? label)
    {
        var (numbers, categories) = (0, 0);
        return new LoggedPrediction
        {
            Id = batch.Id(row),
            Model = batch.Model,
            Number = batch.Number,
            State = PredictionState.Logged,
            KnownCount = batch.Sequences[row],
            EventTime = new DateTimeOffset(batch.Times[row], TimeSpan.Zero),
            Score = batch.Scores[row],
            Features = [.. batch.Features.Select(f => KeyValuePair.Create(f.Name, f.Kind is FeatureKind.Number ? Text(batch.Numbers[numbers++][row]) : batch.Categories[categories++][row]))],
            Arm = batch.Routes?[row]?.Arm,
            Propensity = batch.Routes?[row] is { Share: > 0 and var share } ? share / 10_000.0 : null,
            Reason = batch.Routes?[row]?.Reason,
            Label = label?.Value,
            LabelledAt = label is { } observed ? new DateTimeOffset(observed.ObservedAt, TimeSpan.Zero) : null,
        };

        static string? Text(double number) => double.IsNaN(number) ? null : number.ToString("R", CultureInfo.InvariantCulture);
    }

    /// <summary>The labels that the window's predictions may have: a first pass over the headers keeps the others out of memory.</summary>
    private async ValueTask<IReadOnlyDictionary<PredictionId, StoredLabel>> LabelsAsync(string model, long from, long to, CancellationToken cancellationToken)
    {
        var bounds = new Dictionary<ulong, (ulong First, ulong Last)>();
        await foreach (var (_, _, header) in _blocks.WithinAsync(model, from, to, cancellationToken).ConfigureAwait(false))
        {
            var before = bounds.GetValueOrDefault(header.Generation, (First: ulong.MaxValue, Last: 0UL));
            bounds[header.Generation] = (Math.Min(before.First, header.MinSequence), Math.Max(before.Last, header.MaxSequence));
        }

        return await labels.ReadAsync(
            model, id => bounds.TryGetValue(id.Generation, out var within) && id.Sequence >= within.First && id.Sequence <= within.Last, cancellationToken).ConfigureAwait(false);
    }

    private static string Where(string stream, StreamBlock block) => LoggedBlocks.Where(stream, block);
}
