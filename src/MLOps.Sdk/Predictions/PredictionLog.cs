using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using MLOps.Data;
using MLOps.Models;
using MLOps.Storage;

namespace MLOps.Predictions;

/// <summary>
/// The hallway between serving and monitoring: serving opens generations and posts predictions, labels come later, and
/// monitoring reads both. Thread-safe; two processes may share a store. Closing it writes what is left.
/// </summary>
internal sealed class PredictionLog : IAsyncDisposable, IDisposable
{
    private readonly IStreamStore _streams;
    private readonly Generations _generations;
    private readonly PredictionLogOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly LabelLog _labels;
    private readonly PredictionReader _reader;
    private readonly Lock _gate = new();
    private readonly List<PredictionSink> _sinks = [];
    private readonly RowRedaction _redaction;
    private PredictionWriter? _writer;
    private bool _closed;

    public PredictionLog(IStreamStore streams, Generations generations, PredictionLogOptions options, TimeProvider time, ILogger logger)
    {
        (_streams, _generations, _options, _time, _logger) = (streams, generations, options.Require(), time, logger);
        _redaction = new RowRedaction(_options);
        _labels = new LabelLog(streams, generations, time);
        _reader = new PredictionReader(streams, generations, _labels);
    }

    /// <summary>Rows that were dropped since the process began.</summary>
    public long Dropped
    {
        get
        {
            lock (_gate) return _sinks.Sum(s => s.Dropped);
        }
    }

    /// <summary>Attempts to write that failed since the process began.</summary>
    public long Failures => _writer?.Failures ?? 0;

    /// <summary>Opens a place to post a model's predictions to. Its rows are allocated here, once.</summary>
    public PredictionSink Open(string model, IReadOnlyList<Feature> features)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            var writer = _writer ??= new PredictionWriter(_streams, _options, _time, _logger);
            var sink = new PredictionSink(model, features, _options.Capacity, writer.Wake, _redaction);
            _sinks.Add(sink);
            writer.Add(sink);
            return sink;
        }
    }

    /// <summary>Records a generation; call it before the generation answers.</summary>
    public ValueTask<ServedGeneration> OpenGenerationAsync(ModelVersion version, string alias, CancellationToken cancellationToken = default) =>
        _generations.OpenAsync(version, alias, cancellationToken);

    /// <summary>The generation of a prediction, and so its model version.</summary>
    /// <exception cref="MLOpsNotFoundException">It was never served from this store.</exception>
    public ValueTask<ServedGeneration> GenerationAsync(PredictionId id, CancellationToken cancellationToken = default) =>
        _generations.GetAsync(id.Generation, cancellationToken);

    /// <summary>The generation as the store has it now, with its end.</summary>
    /// <exception cref="MLOpsNotFoundException">It was never served from this store.</exception>
    public ValueTask<ServedGeneration> ReadGenerationAsync(ulong generation, CancellationToken cancellationToken = default) => _generations.ReadAsync(generation, cancellationToken);

    /// <summary>How long a row waits at most before it is written: what a process that dies may lose.</summary>
    public TimeSpan FlushInterval => _options.FlushInterval;

    /// <summary>Keeps how many predictions a generation made, once it makes no more.</summary>
    public ValueTask CloseGenerationAsync(ulong generation, ulong count, CancellationToken cancellationToken = default) =>
        _generations.CloseAsync(generation, count, cancellationToken);

    /// <summary>What is known of a prediction; one that this process posted before is found.</summary>
    /// <exception cref="MLOpsNotFoundException">Its generation was never served from this store.</exception>
    public async ValueTask<LoggedPrediction> FindAsync(PredictionId id, CancellationToken cancellationToken = default)
    {
        await FlushAsync(cancellationToken).ConfigureAwait(false);
        return await _reader.FindAsync(id, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Returns when everything posted before the call is durable.</summary>
    /// <exception cref="Exception">The store's, when it cannot be written; the rows are kept and tried again.</exception>
    public async ValueTask FlushAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        PredictionWriter? writer;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            writer = _writer;
        }

        if (writer is not null) await writer.FlushAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Keeps labels: late, in any order, repeated or corrected. Durable on return; all or none.</summary>
    /// <exception cref="MLOpsInvalidException">A value is NaN or infinite, or there are more than 10,000.</exception>
    /// <exception cref="MLOpsNotFoundException">A generation was never served from this store.</exception>
    public ValueTask AddLabelsAsync(IReadOnlyList<PredictionLabel> labels, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return _labels.AddAsync(labels, cancellationToken);
    }

    /// <summary>The logged predictions of a model whose event time lies in [from, to), in no particular order; those that this process posted before are among them.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="from">First moment, inclusive.</param>
    /// <param name="to">Last moment, exclusive.</param>
    /// <param name="withLabels">True to give each row the label observed last.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MLOpsIntegrityException">A block is damaged.</exception>
    public async IAsyncEnumerable<PredictionBatch> ReadAsync(
        string model, DateTimeOffset from, DateTimeOffset to, bool withLabels = false, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await FlushAsync(cancellationToken).ConfigureAwait(false);
        await foreach (var batch in _reader.ReadAsync(model, from.UtcTicks, to.UtcTicks, withLabels, cancellationToken).ConfigureAwait(false)) yield return batch;
    }

    /// <summary>Takes the rows in which a column has a value, and their labels, out of the log; a value that is hashed is found by what it was.</summary>
    public async ValueTask<(HashSet<PredictionId> Ids, HashSet<(int Number, long Hour)> Hours)> EraseAsync(string model, string column, string value, CancellationToken cancellationToken = default)
    {
        await FlushAsync(cancellationToken).ConfigureAwait(false);
        var values = new HashSet<string>(StringComparer.Ordinal) { value };
        if (_redaction.AsKept(column, value) is { } kept) values.Add(kept);
        return await new PredictionErasure(_streams, _generations).EraseAsync(model, column, values, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        PredictionWriter? writer;
        lock (_gate)
        {
            _closed = true;
            writer = _writer;
        }

        if (writer is not null) await writer.DisposeAsync().ConfigureAwait(false);
        _labels.Dispose();
    }

    // For providers that are disposed the old way.
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();
}
