using System.Text;

namespace MLOps.AspNetCore.Endpoints;

/// <summary>Reads CSV as RFC 4180 has it: quotes around a value, doubled inside; lines end with LF or CRLF. Empty lines are passed over.</summary>
internal static class CsvLines
{
    private static readonly UTF8Encoding s_strict = new(false, throwOnInvalidBytes: true);

    /// <exception cref="InferError">A quote is not closed, or the text is no UTF-8.</exception>
    public static IEnumerable<string[]> Read(ReadOnlySpan<byte> utf8)
    {
        string text;
        try
        {
            text = s_strict.GetString(utf8);
        }
        catch (DecoderFallbackException)
        {
            throw new InferError("The body is not valid UTF-8.");
        }

        return Lines(text.StartsWith('\uFEFF') ? text[1..] : text);
    }

    private static IEnumerable<string[]> Lines(string text)
    {
        var line = new List<string>();
        var value = new StringBuilder();
        for (var at = 0; at <= text.Length; at++)
        {
            if (at < text.Length && text[at] == '"' && value.Length == 0)
            {
                at = Quoted(text, at + 1, value);
                continue;
            }

            if (at < text.Length && text[at] is not (',' or '\n'))
            {
                value.Append(text[at]);
                continue;
            }

            var isEnd = at == text.Length || text[at] == '\n';
            if (isEnd && value.Length > 0 && value[^1] == '\r') value.Length--;
            line.Add(value.ToString());
            value.Clear();
            if (!isEnd) continue;
            if (line is not [""]) yield return [.. line];
            line.Clear();
        }
    }

    /// <summary>Takes a quoted value; gives the place of its closing quote.</summary>
    private static int Quoted(string text, int at, StringBuilder value)
    {
        for (; at < text.Length; at++)
        {
            if (text[at] != '"') value.Append(text[at]);
            else if (at + 1 < text.Length && text[at + 1] == '"') value.Append(text[at++]);
            else return at;
        }

        throw new InferError("A quoted value of the CSV has no end.");
    }
}
