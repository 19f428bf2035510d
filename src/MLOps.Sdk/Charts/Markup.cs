using System.Text;

namespace MLOps.Charts;

/// <summary>Turns any text into text content or an attribute value of XML and HTML: nothing in it can end a tag, an attribute or a document.</summary>
internal static class Markup
{
    /// <summary>
    /// Encodes the five characters with a meaning and replaces what XML cannot hold (control characters, lone surrogates, U+FFFE and U+FFFF) with U+FFFD. Also the characters that
    /// turn the direction of the text around them, with which a name could disguise its neighbours.
    /// </summary>
    public static string Encode(string? text)
    {
        var result = new StringBuilder(text?.Length ?? 0);
        foreach (var rune in (text ?? "").EnumerateRunes())
        {
            switch (rune.Value)
            {
                case '&': result.Append("&amp;"); break;
                case '<': result.Append("&lt;"); break;
                case '>': result.Append("&gt;"); break;
                case '"': result.Append("&quot;"); break;
                case '\'': result.Append("&#39;"); break;
                case '\t' or '\n' or '\r': result.Append(' '); break;
                case < 0x20 or (>= 0x7F and <= 0x9F) or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069) or 0xFFFE or 0xFFFF: result.Append('\uFFFD'); break;
                default: result.Append(rune.ToString()); break;
            }
        }

        return result.ToString();
    }

    /// <summary>The first characters of a long text, followed by an ellipsis.</summary>
    public static string Shorten(string? text, int length)
    {
        text ??= "";
        if (text.Length <= length) return text;
        var cut = Math.Max(1, length - 1);
        if (char.IsHighSurrogate(text[cut - 1])) cut--;
        return text[..cut].TrimEnd() + "…";
    }

    /// <summary>About how wide a text is drawn, in pixels.</summary>
    public static double WidthOf(string text, double size)
    {
        var width = 0.0;
        foreach (var c in text)
            width += c is 'i' or 'l' or 'j' or '.' or ',' or ':' or '\'' or '|' or ' ' ? 0.3 : c is 'm' or 'w' or 'M' or 'W' or '@' or '%' ? 0.88 : c >= 0x2E80 ? 1.05 : char.IsUpper(c) ? 0.68 : 0.56;
        return width * size;
    }
}
