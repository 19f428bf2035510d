using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using MLOps.Serving;

namespace MLOps.AspNetCore.Endpoints;

/// <summary>Rows in, as MLflow's clients send them; predictions out.</summary>
internal sealed class InvocationsEndpoint<TInput, TOutput>(ModelCaller<TInput, TOutput> caller, JsonTypeInfo<TInput> input, JsonTypeInfo<TOutput> output)
{
    public async Task AnswerAsync(HttpContext context)
    {
        try
        {
            var isCsv = MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) && string.Equals(type.MediaType, "text/csv", StringComparison.OrdinalIgnoreCase);
            if (!isCsv && !context.Request.HasJsonContentType()) throw new InferError("The body must be JSON or CSV: send the header Content-Type: application/json or text/csv.", StatusCodes.Status415UnsupportedMediaType);
            var (body, problem) = await RequestBody.ReadAsync(context).ConfigureAwait(false);
            if (problem is null)
            {
                TInput[] rows;
                try
                {
                    rows = isCsv ? new InvocationRows<TInput>(input).ReadCsv(body.Memory) : new InvocationRows<TInput>(input).ReadJson(body.Memory);
                }
                finally
                {
                    body.Done();
                }

                (var outcomes, problem) = await caller.PredictAsync(rows, caller.Options(context), context.RequestAborted).ConfigureAwait(false);
                problem ??= Array.Find(outcomes, o => !o.Succeeded) is { Error: { } error } ? caller.ProblemOf(error) : null;
                if (problem is null && caller.TryWrite(outcomes, Write, out problem) is { } answer)
                {
                    await answer.SendAsync(context, "application/json").ConfigureAwait(false);
                    return;
                }
            }

            if (problem!.RetryAfterSeconds is { } seconds) context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            await ErrorAsync(context, problem.Status, problem.Detail).ConfigureAwait(false);
        }
        catch (InferError e)
        {
            await ErrorAsync(context, e.Status, e.Message).ConfigureAwait(false);
        }
    }

    private void Write(Utf8JsonWriter json, PredictionOutcome<TOutput>[] outcomes)
    {
        json.WriteStartObject();
        json.WriteStartArray("predictions"u8);
        foreach (var outcome in outcomes) JsonSerializer.Serialize(json, outcome.Prediction.Value, output);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static Task ErrorAsync(HttpContext context, int status, string message)
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return OpenInferenceAnswers.WriteAsync(context, status, json =>
        {
            json.WriteString("error_code", status switch { 429 => "REQUEST_LIMIT_EXCEEDED", 503 => "TEMPORARILY_UNAVAILABLE", >= 500 => "INTERNAL_ERROR", _ => "BAD_REQUEST" });
            json.WriteString("message", message);
        });
    }
}
