using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace MLOps.AspNetCore.Endpoints;

/// <summary>
/// Where an answer is written before any of it is sent, so that a value that JSON cannot hold is an error and not half an answer. One for each
/// thread, used again: it is filled and copied out without awaiting in between.
/// </summary>
internal sealed class AnswerBuffer
{
    private const int Kept = 1 << 20;

    [ThreadStatic]
    private static AnswerBuffer? t_buffer;

    private AnswerBuffer() => Json = new(Bytes, new JsonWriterOptions { SkipValidation = true });

    public ArrayBufferWriter<byte> Bytes { get; } = new(1024);

    public Utf8JsonWriter Json { get; }

    /// <summary>This thread's, empty.</summary>
    public static AnswerBuffer Take()
    {
        if (t_buffer is not { Bytes.Capacity: <= Kept } buffer) t_buffer = buffer = new();
        buffer.Bytes.ResetWrittenCount();
        buffer.Json.Reset();
        return buffer;
    }

    /// <summary>Copies what was written into the response; the caller awaits the sending.</summary>
    public ValueTask<System.IO.Pipelines.FlushResult> SendAsync(HttpContext context, string contentType)
    {
        context.Response.ContentType = contentType;
        context.Response.ContentLength = Bytes.WrittenCount;
        var writer = context.Response.BodyWriter;
        writer.Write(Bytes.WrittenSpan);
        return writer.FlushAsync(context.RequestAborted);
    }
}
