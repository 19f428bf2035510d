using MLOps.Predictions;

namespace MLOps.Serving;

/// <summary>Posts a model's answers to the prediction log: its columns, its score.</summary>
internal sealed class ServedLog<TInput, TOutput>
{
    private readonly ServedModelOptions<TInput, TOutput> _options;
    private readonly Func<TOutput, double>? _score;
    private readonly PredictionSink? _sink;

    public ServedLog(string model, ServedModelOptions<TInput, TOutput> options, PredictionLog log)
    {
        _options = options;
        _score = options.Score ?? Serving.Score.Default<TOutput>();
        // An answer that is no number has nothing that the log could keep.
        if (_score is not null) _sink = log.Open(model, options.Features?.Features ?? []);
    }

    /// <summary>The answer as a number; null when it is none.</summary>
    public Func<TOutput, double>? Score => _score;

    public bool IsOpen => _sink is not null;

    public void Post(PredictionId id, TInput input, TOutput output, long time, PredictionRoute? route)
    {
        double score;
        try
        {
            score = _score!(output);
        }
        catch (Exception)
        {
            // The application's function; the prediction itself was right and must not fail by it.
            _sink!.Drop();
            return;
        }

        _sink!.Post(id, score, time, _options.Features, input, route);
    }
}
