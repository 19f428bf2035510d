using System.Globalization;
using MLOps.Storage;

namespace MLOps.Predictions;

/// <summary>
/// Labels, appended as they come: each process to a stream of its own, so that no two write one stream. Corrections are
/// appended too; reading keeps, for each prediction, the label observed last.
/// </summary>
internal sealed class LabelLog(IStreamStore streams, Generations generations, TimeProvider time) : IDisposable
{
    public const int Most = 10_000;

    private readonly string _writer = Guid.CreateVersion7().ToString("n");
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Dictionary<string, long> _positions = new(StringComparer.Ordinal);

    public async ValueTask AddAsync(IReadOnlyList<PredictionLabel> labels, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (labels.Count > Most) throw new MLOpsInvalidException($"{labels.Count} labels were given, and at most {Most} are taken at a time. Send them in parts.");
        var now = time.GetUtcNow();
        var byModel = new Dictionary<string, List<StoredLabel>>(StringComparer.Ordinal);
        foreach (var label in labels)
        {
            if (!double.IsFinite(label.Value))
                throw new MLOpsInvalidException(string.Create(CultureInfo.InvariantCulture, $"The label of {label.Id} is {label.Value}; a finite number is expected. No label was kept."));
            var model = (await generations.GetAsync(label.Id.Generation, cancellationToken).ConfigureAwait(false)).Model;
            if (!byModel.TryGetValue(model, out var ofModel)) byModel[model] = ofModel = [];
            ofModel.Add(new StoredLabel(label.Id, label.Value, (label.ObservedAt ?? now).UtcTicks));
        }

        if (byModel.Count == 0) return;
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var appends = new List<StreamAppend>();
            foreach (var (model, ofModel) in byModel)
            {
                var stream = PredictionStreams.Labels(model, _writer);
                appends.Add(new StreamAppend(stream, await NextAsync(stream, cancellationToken).ConfigureAwait(false), LabelBlock.Pack(ofModel, now)));
            }

            try
            {
                await streams.AppendAsync(appends, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                // Whether the blocks arrived is asked of the store before the next append.
                foreach (var append in appends) _positions.Remove(append.Stream);
                throw;
            }

            foreach (var append in appends) _positions[append.Stream] = append.Position + 1;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The labels of a model's predictions, each as it was observed last; when two were observed at once, as it was written last.</summary>
    /// <param name="model">The model.</param>
    /// <param name="wanted">Whether a prediction is asked for: keeps what is not out of memory.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask<IReadOnlyDictionary<PredictionId, StoredLabel>> ReadAsync(string model, Func<PredictionId, bool> wanted, CancellationToken cancellationToken)
    {
        var latest = new Dictionary<PredictionId, (StoredLabel Label, long WrittenAt)>();
        foreach (var (stream, from) in await CopiedStreams.ListAsync(streams, PredictionStreams.AllLabels(model), cancellationToken).ConfigureAwait(false))
        {
            await foreach (var block in streams.ReadAsync(stream.Name, from, cancellationToken).ConfigureAwait(false))
            {
                var (writtenAt, labels) = LabelBlock.Read(block.Bytes.Span, $"{stream.Name}:{block.Position}");
                foreach (var label in labels)
                {
                    if (!wanted(label.Id)) continue;
                    if (latest.TryGetValue(label.Id, out var before) && (before.Label.ObservedAt, before.WrittenAt).CompareTo((label.ObservedAt, writtenAt)) > 0) continue;
                    latest[label.Id] = (label, writtenAt);
                }
            }
        }

        return latest.ToDictionary(l => l.Key, l => l.Value.Label);
    }

    private async ValueTask<long> NextAsync(string stream, CancellationToken cancellationToken) =>
        _positions.TryGetValue(stream, out var next) ? next
            : await streams.StatAsync(stream, cancellationToken).ConfigureAwait(false) is { } info ? info.Next : 0;

    public void Dispose() => _turn.Dispose();
}
