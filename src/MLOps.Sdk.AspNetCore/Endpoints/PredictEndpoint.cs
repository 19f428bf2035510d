using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using MLOps.AspNetCore.Problems;
using MLOps.Predictions;
using MLOps.Serving;

namespace MLOps.AspNetCore.Endpoints;

/// <summary>One input in, one prediction out; or many, each for itself.</summary>
internal sealed class PredictEndpoint<TInput, TOutput>(ModelCaller<TInput, TOutput> caller, JsonTypeInfo<TInput> input, JsonTypeInfo<TOutput> output)
{
    private const int MaxRows = 10_000;
    private static readonly JsonEncodedText s_value = JsonEncodedText.Encode("value"), s_model = JsonEncodedText.Encode("model"), s_version = JsonEncodedText.Encode("version"),
        s_id = JsonEncodedText.Encode("id"), s_route = JsonEncodedText.Encode("route");

    private readonly JsonEncodedText _name = JsonEncodedText.Encode(caller.Model);

    private readonly JsonReaderOptions _reading = new() { MaxDepth = input.Options.MaxDepth, AllowTrailingCommas = input.Options.AllowTrailingCommas, CommentHandling = input.Options.ReadCommentHandling };

    // Kept, so that a request allocates none.
    private Action<Utf8JsonWriter, Prediction<TOutput>>? _write;


    public async Task AnswerAsync(HttpContext context)
    {
        var problem = EventTime.Read(context.Request, out var eventTime);
        if (problem is null)
        {
            (var body, problem) = await RequestBody.ReadJsonAsync(context).ConfigureAwait(false);
            var row = problem is null ? Parse(body.Memory, out problem) : default;
            body.Done();
            if (problem is null)
            {
                (var prediction, problem) = await caller.PredictAsync(row!, caller.Options(context, eventTime), context.RequestAborted).ConfigureAwait(false);
                if (problem is null && caller.TryWrite(prediction, _write ??= Write, out problem) is { } answer) await answer.SendAsync(context, "application/json").ConfigureAwait(false);
            }
        }

        if (problem is not null) await problem.WriteAsync(context).ConfigureAwait(false);
    }

    public async Task AnswerManyAsync(HttpContext context)
    {
        var problem = EventTime.Read(context.Request, out var eventTime);
        if (problem is null)
        {
            (var body, problem) = await RequestBody.ReadJsonAsync(context).ConfigureAwait(false);
            var rows = problem is null ? ParseMany(body.Memory, out problem) : [];
            body.Done();
            if (problem is null)
            {
                (var outcomes, problem) = await caller.PredictAsync(rows, caller.Options(context, eventTime), context.RequestAborted).ConfigureAwait(false);
                if (problem is null && caller.TryWrite(outcomes, Write, out problem) is { } answer) await answer.SendAsync(context, "application/json").ConfigureAwait(false);
            }
        }

        if (problem is not null) await problem.WriteAsync(context).ConfigureAwait(false);
    }

    private TInput? Parse(ReadOnlyMemory<byte> json, out Problem? problem)
    {
        try
        {
            problem = NumberRange.IsSuspected(json.Span) ? NumberRange.Check(json.Span, _reading) : null;
            if (problem is not null) return default;
            var row = JsonSerializer.Deserialize(json.Span, input);
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

    private TInput[] ParseMany(ReadOnlyMemory<byte> json, out Problem? problem)
    {
        var rows = new List<TInput>();
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = _reading.MaxDepth is 0 ? 64 : _reading.MaxDepth });
            problem = document.RootElement.ValueKind == JsonValueKind.Array ? null : Problem.Invalid("The body must be an array of inputs.");
            if (problem is null && document.RootElement.GetArrayLength() is > MaxRows and var count) problem = Problem.Invalid($"The array has {count} inputs; at most {MaxRows} are taken at a time.");
            if (problem is not null) return [];
            foreach (var item in document.RootElement.EnumerateArray())
            {
                var row = Parse(JsonSerializer.SerializeToUtf8Bytes(item, ElementJson.Default.JsonElement), out problem);
                if (problem is not null)
                {
                    problem = problem with { Index = rows.Count, Detail = $"Item {rows.Count}: {problem.Detail}" };
                    return [];
                }

                rows.Add(row!);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            problem = Problem.Invalid("The body is not valid JSON.");
        }

        return [.. rows];
    }

    private void Write(Utf8JsonWriter writer, PredictionOutcome<TOutput>[] outcomes)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("predictions"u8);
        foreach (var outcome in outcomes)
        {
            if (outcome.Succeeded)
            {
                Write(writer, outcome.Prediction);
                continue;
            }

            var error = caller.ProblemOf(outcome.Error);
            writer.WriteStartObject();
            writer.WriteStartObject("error"u8);
            writer.WriteString("code"u8, error.Code);
            writer.WriteString("detail"u8, error.Detail);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private void Write(Utf8JsonWriter writer, Prediction<TOutput> prediction)
    {
        writer.WriteStartObject();
        writer.WritePropertyName(s_value);
        JsonSerializer.Serialize(writer, prediction.Value, output);
        writer.WriteString(s_model, _name);
        writer.WriteNumber(s_version, prediction.Version);
        Span<byte> id = stackalloc byte[PredictionId.MaxLength];
        prediction.Id.TryFormat(id, out var length, default, CultureInfo.InvariantCulture);
        writer.WriteString(s_id, id[..length]);
        writer.WriteString(s_route, prediction.Route);
        writer.WriteEndObject();
    }
}
