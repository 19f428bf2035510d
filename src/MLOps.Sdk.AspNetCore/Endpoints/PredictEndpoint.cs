using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MLOps.AspNetCore.Problems;
using MLOps.Serving;

namespace MLOps.AspNetCore.Endpoints;

/// <summary>One input in, one prediction out. The answer is written into memory first, so that a value that JSON cannot hold is an error and not half an answer.</summary>
internal sealed class PredictEndpoint<TInput, TOutput>(string model, JsonTypeInfo<TInput> input, JsonTypeInfo<TOutput> output, string? key)
{
    private const int RetryAfterSeconds = 5;

    private readonly JsonReaderOptions _reading = new() { MaxDepth = input.Options.MaxDepth, AllowTrailingCommas = input.Options.AllowTrailingCommas, CommentHandling = input.Options.ReadCommentHandling };

    public async Task AnswerAsync(HttpContext context)
    {
        var logger = context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("MLOps.AspNetCore.Predict");
        var problem = EventTime.Read(context.Request, out var eventTime);
        if (problem is null)
        {
            (var json, problem) = await RequestBody.ReadAsync(context).ConfigureAwait(false);
            var row = problem is null ? Parse(json, out problem) : default;
            if (problem is null) problem = await PredictAsync(context, row!, eventTime, logger).ConfigureAwait(false);
        }

        if (problem is not null) await problem.WriteAsync(context).ConfigureAwait(false);
    }

    private TInput? Parse(byte[] json, out Problem? problem)
    {
        try
        {
            problem = NumberRange.Check(json, _reading);
            if (problem is not null) return default;
            var row = JsonSerializer.Deserialize(json, input);
            problem = row is null ? InputProblem.Null(input) : null;
            return row;
        }
        catch (JsonException e)
        {
            problem = InputProblem.Of(e, json, input);
        }
        catch (MLOpsInvalidException e)
        {
            problem = Problem.Of(e);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException)
        {
            problem = Problem.Invalid("The body is JSON but breaks a rule of the input this model takes.");
        }

        return default;
    }

    private async ValueTask<Problem?> PredictAsync(HttpContext context, TInput row, DateTimeOffset? eventTime, ILogger logger)
    {
        var server = new StoreServices(context.RequestServices, key).Get<IModelServer>();
        ArrayBufferWriter<byte> answer;
        try
        {
            var predictor = await server.GetAsync<TInput, TOutput>(model, context.RequestAborted).ConfigureAwait(false);
            var prediction = await predictor.PredictAsync(row, new PredictOptions { EventTime = eventTime }, context.RequestAborted).ConfigureAwait(false);
            answer = Write(prediction);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            throw;
        }
        catch (MLOpsOverloadedException e)
        {
            return Problem.Of(e);
        }
        catch (MLOpsInvalidException e) when (State(server) is { Number: not null })
        {
            return Problem.Of(e);
        }
#pragma warning disable CA1031 // Whatever the model throws, the caller learns only that it failed; the log has the rest.
        catch (Exception e)
#pragma warning restore CA1031
        {
            // While nothing is loaded, no model was asked: loading it failed, or there is nothing to load yet.
            if (State(server) is { Number: null }) return NotReady(logger, e);
            logger.PredictionFailed(model, e);
            return Problem.Internal((e as MLOpsIntegrityException)?.Code ?? "internal");
        }

        context.Response.ContentType = "application/json";
        context.Response.ContentLength = answer.WrittenCount;
        await context.Response.BodyWriter.WriteAsync(answer.WrittenMemory, context.RequestAborted).ConfigureAwait(false);
        return null;
    }

    private ServedModel? State(IModelServer server) => server.Served.FirstOrDefault(s => s.Model == model);

    private Problem NotReady(ILogger logger, Exception error)
    {
        logger.NothingLoaded(model, error.Message);
        var detail = string.Create(CultureInfo.InvariantCulture, $"The model '{model}' has no version that answers yet. Try again in {RetryAfterSeconds} seconds.");
        return new Problem(StatusCodes.Status503ServiceUnavailable, "not-ready", detail) { RetryAfterSeconds = RetryAfterSeconds };
    }

    private ArrayBufferWriter<byte> Write(Prediction<TOutput> prediction)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WritePropertyName("value");
        JsonSerializer.Serialize(writer, prediction.Value, output);
        writer.WriteString("model", model);
        writer.WriteNumber("version", prediction.Version);
        writer.WriteString("id", prediction.Id.ToString());
        writer.WriteString("route", prediction.Route);
        writer.WriteEndObject();
        writer.Flush();
        return buffer;
    }
}
