using System.Buffers;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using MLOps.AspNetCore.Problems;

namespace MLOps.AspNetCore.Endpoints;

/// <summary>
/// Reads a JSON body whole, within the endpoint's limit. The limit is kept here too, because only some servers keep it, and a body
/// without a length is only known to be too long once it is.
/// </summary>
internal static class RequestBody
{
    public static async ValueTask<(byte[] Json, Problem? Problem)> ReadAsync(HttpContext context)
    {
        if (!context.Request.HasJsonContentType())
            return ([], new Problem(StatusCodes.Status415UnsupportedMediaType, "invalid", "The body must be JSON: send the header Content-Type: application/json."));

        var limit = context.GetEndpoint()?.Metadata.GetMetadata<IRequestSizeLimitMetadata>()?.MaxRequestBodySize ?? long.MaxValue;
        if (context.Request.ContentLength > limit) return ([], TooLong(limit));
        var reader = context.Request.BodyReader;
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync(context.RequestAborted).ConfigureAwait(false);
                if (read.Buffer.Length > limit)
                {
                    reader.AdvanceTo(read.Buffer.End);
                    return ([], TooLong(limit));
                }

                if (!read.IsCompleted)
                {
                    reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                    continue;
                }

                var json = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return json.Length > 0 ? (json, null) : (json, Problem.Invalid("The body is empty."));
            }
        }
        catch (BadHttpRequestException e)
        {
            return ([], e.StatusCode == StatusCodes.Status413PayloadTooLarge ? TooLong(limit) : Problem.Invalid("The body broke off or is no valid HTTP."));
        }
    }

    private static Problem TooLong(long limit) =>
        new(StatusCodes.Status413PayloadTooLarge, "invalid", string.Create(CultureInfo.InvariantCulture, $"The body is longer than the {limit} bytes that are allowed here."));
}
