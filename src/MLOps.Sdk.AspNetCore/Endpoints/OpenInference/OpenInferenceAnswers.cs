using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using MLOps.AspNetCore.Problems;
using MLOps.Models;

namespace MLOps.AspNetCore.Endpoints;

/// <summary>Writes the protocol's smaller answers.</summary>
internal static class OpenInferenceAnswers
{
    public static async Task WriteAsync(HttpContext context, int status, Action<Utf8JsonWriter> write, bool isArray = false)
    {
        var buffer = AnswerBuffer.Take();
        if (isArray) buffer.Json.WriteStartArray();
        else buffer.Json.WriteStartObject();
        write(buffer.Json);
        if (isArray) buffer.Json.WriteEndArray();
        else buffer.Json.WriteEndObject();
        buffer.Json.Flush();
        context.Response.StatusCode = status;
        await buffer.SendAsync(context, "application/json").ConfigureAwait(false);
    }

    public static Task ErrorAsync(HttpContext context, int status, string message)
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return WriteAsync(context, status, json => json.WriteString("error", message));
    }

    public static Task WriteAsync(HttpContext context, Problem problem)
    {
        if (problem.RetryAfterSeconds is { } seconds) context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return ErrorAsync(context, problem.Status, problem.Detail);
    }

    public static void Write(Utf8JsonWriter json, string name, IReadOnlyList<ModelField> fields)
    {
        json.WriteStartArray(name);
        foreach (var field in fields)
        {
            json.WriteStartObject();
            json.WriteString("name", field.Name);
            json.WriteString("datatype", field.DataType);
            json.WriteStartArray("shape");
            foreach (var dimension in field.Shape) json.WriteNumberValue(dimension);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void Write(Utf8JsonWriter json, InferModel model)
    {
        var statistics = model.Statistics;
        json.WriteStartObject();
        json.WriteString("name", model.Name);
        json.WriteString("version", (model.State?.Number ?? 0).ToString(CultureInfo.InvariantCulture));
        json.WriteNumber("last_inference", statistics.Last);
        json.WriteNumber("inference_count", statistics.Rows);
        json.WriteNumber("execution_count", statistics.Executions);
        json.WriteStartObject("inference_stats");
        var (success, failure, ticks) = (statistics.Success, statistics.Failure, statistics.Ticks);
        Duration("success", success.Count, success.Ticks);
        Duration("fail", failure.Count, failure.Ticks);
        Duration("queue", success.Count, 0);
        Duration("compute_input", success.Count, ticks.Input);
        Duration("compute_infer", success.Count, ticks.Infer);
        Duration("compute_output", success.Count, ticks.Output);
        json.WriteEndObject();
        json.WriteEndObject();

        void Duration(string name, long count, long ticks)
        {
            json.WriteStartObject(name);
            json.WriteNumber("count", count);
            json.WriteNumber("ns", ticks * TimeSpan.NanosecondsPerTick);
            json.WriteEndObject();
        }
    }
}
