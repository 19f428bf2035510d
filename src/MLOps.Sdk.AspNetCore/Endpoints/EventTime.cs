using System.Globalization;
using Microsoft.AspNetCore.Http;
using MLOps.AspNetCore.Problems;

namespace MLOps.AspNetCore.Endpoints;

/// <summary>Times as they come over the wire: ISO 8601 with an offset, because a time without one would mean the server's own zone.</summary>
internal static class EventTime
{
    public const string Header = "Event-Time";

    private static readonly string[] s_formats =
    [
        "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
    ];

    public static bool TryParse(string? text, out DateTimeOffset time)
    {
        time = default;
        return text is { Length: >= 17 and <= 33 } && (text[^1] is 'Z' || text[^6] is '+' or '-')
            && DateTimeOffset.TryParseExact(text, s_formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
    }

    /// <summary>The header's time, null when there is none.</summary>
    public static Problem? Read(HttpRequest request, out DateTimeOffset? time)
    {
        time = null;
        var header = request.Headers[Header];
        if (header.Count == 0) return null;
        if (header is not [var text] || !TryParse(text, out var parsed))
            return Problem.Invalid($"The header {Header} is '{Name.Shown(header.ToString())}'; one time in ISO 8601 with an offset is expected, 2012-05-01T17:00:00Z for instance.");
        time = parsed;
        return null;
    }
}
