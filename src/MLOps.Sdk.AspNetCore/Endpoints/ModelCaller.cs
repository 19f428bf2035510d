using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MLOps.AspNetCore.Problems;
using MLOps.Serving;

namespace MLOps.AspNetCore.Endpoints;

/// <summary>Asks a served model on behalf of an endpoint, and says in the caller's terms what went wrong.</summary>
internal sealed class ModelCaller<TInput, TOutput>(IServiceProvider services, string model, string? key, PredictEndpointOptions options)
{
    private const int RetryAfterSeconds = 5;

    private IPredictor<TInput, TOutput>? _predictor;
    private ILogger? _logger;

    public string Model => model;

    /// <summary>The state of the model in this process.</summary>
    public ServedModel? State => new StoreServices(services, key).Get<IModelServer>().Served.FirstOrDefault(s => s.Model == model);

    // Singletons, as the models of a process are; found with the first request, when the application is whole.
    private IPredictor<TInput, TOutput> Predictor => _predictor ??= services.GetRequiredKeyedService<IPredictor<TInput, TOutput>>(key is null ? model : $"{key}/{model}");

    private ILogger Logger => _logger ??= services.GetRequiredService<ILoggerFactory>().CreateLogger("MLOps.AspNetCore.Predict");

    /// <summary>What the route is told of a request.</summary>
    public PredictOptions Options(HttpContext context, DateTimeOffset? eventTime = null) => new()
    {
        EventTime = eventTime,
        Key = options.RouteKey?.Invoke(context),
        Tenant = options.Tenant?.Invoke(context),
        Header = options.RouteByHeaders ? HeaderOf(context) : null,
    };

    // Apart, so that nothing is allocated for requests whose headers nobody may look at.
    private static Func<string, string?> HeaderOf(HttpContext context) => name => context.Request.Headers.TryGetValue(name, out var values) ? values.ToString() : null;

    public async ValueTask<(Prediction<TOutput> Prediction, Problem? Problem)> PredictAsync(TInput row, PredictOptions asked, CancellationToken aborted)
    {
        try
        {
            return (await Predictor.PredictAsync(row, asked, aborted).ConfigureAwait(false), null);
        }
        catch (OperationCanceledException) when (aborted.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // Whatever the model throws, the caller learns only that it failed; the log has the rest.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return (default, ProblemOf(e));
        }
    }

    public async ValueTask<(PredictionOutcome<TOutput>[] Outcomes, Problem? Problem)> PredictAsync(TInput[] rows, PredictOptions asked, CancellationToken aborted)
    {
        var outcomes = new PredictionOutcome<TOutput>[rows.Length];
        try
        {
            await Predictor.PredictBatchAsync(rows, outcomes, asked, aborted).ConfigureAwait(false);
            return (outcomes, null);
        }
        catch (OperationCanceledException) when (aborted.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // As above.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return (outcomes, ProblemOf(e));
        }
    }

    /// <summary>The problem of an error that the model, or getting at it, threw.</summary>
    public Problem ProblemOf(Exception error)
    {
        if (error is MLOpsOverloadedException overloaded) return Problem.Of(overloaded);
        // While nothing is loaded, no model was asked: loading it failed, or there is nothing to load yet.
        if (State is { Number: null }) return NotReady(error);
        if (error is MLOpsInvalidException invalid) return Problem.Of(invalid);
        Logger.PredictionFailed(model, error);
        return Problem.Internal((error as MLOpsIntegrityException)?.Code ?? "internal");
    }

    /// <summary>Writes an answer before any of it is sent; null, with the problem, when a value cannot be written.</summary>
    public AnswerBuffer? TryWrite<TAnswer>(TAnswer answer, Action<Utf8JsonWriter, TAnswer> write, out Problem? problem)
    {
        problem = null;
        try
        {
            var buffer = AnswerBuffer.Take();
            write(buffer.Json, answer);
            buffer.Json.Flush();
            return buffer;
        }
#pragma warning disable CA1031 // A value that cannot be written is the model's failure.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Logger.PredictionFailed(model, e);
            problem = Problem.Internal();
            return null;
        }
    }

    private Problem NotReady(Exception error)
    {
        Logger.NothingLoaded(model, error.Message);
        var detail = string.Create(CultureInfo.InvariantCulture, $"The model '{model}' has no version that answers yet. Try again in {RetryAfterSeconds} seconds.");
        return new Problem(StatusCodes.Status503ServiceUnavailable, "not-ready", detail) { RetryAfterSeconds = RetryAfterSeconds };
    }
}
