using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace MLOps.AspNetCore.Problems;

/// <summary>An error for the caller, as problem details (RFC 9457). <c>code</c> is that of the <see cref="MLOpsException"/> family.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">The stable word: <c>invalid</c>.</param>
/// <param name="Detail">What was wrong and what to do, in sentences that give away nothing of the inside.</param>
internal sealed record Problem(int Status, string Code, string Detail)
{
    // Quotes as they are, for people who read it; the type says that it is no HTML, and browsers are told not to guess.
    private static readonly JsonWriterOptions s_readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Which item of an array it is about, from 0.</summary>
    public int? Index { get; init; }

    /// <summary>When it is worth trying again.</summary>
    public int? RetryAfterSeconds { get; init; }

    public static Problem Invalid(string detail) => new(StatusCodes.Status400BadRequest, "invalid", detail);

    /// <summary>For everything whose cause is the server's own matter.</summary>
    public static Problem Internal(string code = "internal") =>
        new(StatusCodes.Status500InternalServerError, code, "The request failed on the server. The cause stands in the server's log.");

    public static Problem Of(MLOpsException error) => error switch
    {
        MLOpsNotFoundException => new(StatusCodes.Status404NotFound, error.Code, error.Message),
        MLOpsConflictException => new(StatusCodes.Status409Conflict, error.Code, error.Message),
        MLOpsInvalidException => new(StatusCodes.Status400BadRequest, error.Code, error.Message),
        MLOpsRejectedException => new(StatusCodes.Status422UnprocessableEntity, error.Code, error.Message),
        MLOpsOverloadedException overloaded => new(StatusCodes.Status429TooManyRequests, error.Code, error.Message) { RetryAfterSeconds = (int)Math.Ceiling(overloaded.RetryAfter.TotalSeconds) },
        // The message may name files and servers of the inside.
        MLOpsUnavailableException => new(StatusCodes.Status503ServiceUnavailable, error.Code, "The store cannot be used right now. Try again later.") { RetryAfterSeconds = 5 },
        _ => Internal(error.Code),
    };

    public async Task WriteAsync(HttpContext context)
    {
        if (context.Response.HasStarted) return;
        var buffer = new ArrayBufferWriter<byte>(512);
        var writer = new Utf8JsonWriter(buffer, s_readable);
        await using (writer.ConfigureAwait(false))
        {
            writer.WriteStartObject();
            writer.WriteString("title", ReasonPhrases.GetReasonPhrase(Status));
            writer.WriteNumber("status", Status);
            writer.WriteString("detail", Detail);
            writer.WriteString("code", Code);
            if (Index is { } index) writer.WriteNumber("index", index);
            writer.WriteString("traceId", Activity.Current?.Id ?? context.TraceIdentifier);
            writer.WriteEndObject();
        }

        context.Response.StatusCode = Status;
        context.Response.ContentType = "application/problem+json";
        context.Response.ContentLength = buffer.WrittenCount;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        if (RetryAfterSeconds is { } seconds) context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        await context.Response.BodyWriter.WriteAsync(buffer.WrittenMemory, context.RequestAborted).ConfigureAwait(false);
    }
}
