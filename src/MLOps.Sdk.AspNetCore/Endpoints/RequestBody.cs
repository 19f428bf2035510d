using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using MLOps.AspNetCore.Problems;

namespace MLOps.AspNetCore.Endpoints;

/// <summary>
/// Reads a body whole, within the endpoint's limit. The limit is kept here too, because only some servers keep it, and a body
/// without a length is only known to be too long once it is.
/// </summary>
internal static class RequestBody
{
    public static async ValueTask<(RequestBytes Body, Problem? Problem)> ReadJsonAsync(HttpContext context)
    {
        if (!context.Request.HasJsonContentType())
            return (default, new Problem(StatusCodes.Status415UnsupportedMediaType, "invalid", "The body must be JSON: send the header Content-Type: application/json."));
        return await ReadAsync(context).ConfigureAwait(false);
    }

    /// <summary>Whatever its type.</summary>
    public static async ValueTask<(RequestBytes Body, Problem? Problem)> ReadAsync(HttpContext context)
    {
        var limit = context.GetEndpoint()?.Metadata.GetMetadata<IRequestSizeLimitMetadata>()?.MaxRequestBodySize ?? long.MaxValue;
        if (context.Request.ContentLength > limit) return (default, TooLong(limit));
        var reader = context.Request.BodyReader;
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync(context.RequestAborted).ConfigureAwait(false);
                if (read.Buffer.Length > limit)
                {
                    reader.AdvanceTo(read.Buffer.End);
                    return (default, TooLong(limit));
                }

                if (!read.IsCompleted)
                {
                    reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                    continue;
                }

                var body = new RequestBytes(reader, read.Buffer);
                if (!read.Buffer.IsEmpty) return (body, null);
                body.Done();
                return (default, Problem.Invalid("The body is empty."));
            }
        }
        catch (BadHttpRequestException e)
        {
            return (default, e.StatusCode == StatusCodes.Status413PayloadTooLarge ? TooLong(limit) : Problem.Invalid("The body broke off or is no valid HTTP."));
        }
    }

    private static Problem TooLong(long limit) =>
        new(StatusCodes.Status413PayloadTooLarge, "invalid", string.Create(CultureInfo.InvariantCulture, $"The body is longer than the {limit} bytes that are allowed here."));
}
