using System.Text;

namespace MLOps.Delivery;

/// <summary>Writes Markdown (CommonMark with tables). All text is escaped: no name can become a link, a heading or HTML.</summary>
internal sealed class MarkdownText
{
    private const string Special = "\\`*_{}[]()#+-.!|~<>&\"'$:";

    private readonly StringBuilder _text = new();

    public static string Escape(string? text)
    {
        var escaped = new StringBuilder();
        foreach (var rune in (text ?? "").EnumerateRunes())
        {
            if (rune.Value is '\r') continue;
            if (rune.Value is '\n' or '\t') escaped.Append(' ');
            else if (rune.Value is < 0x20 or (>= 0x7F and <= 0x9F) or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069)) escaped.Append('\uFFFD');
            else if (rune.Value is '<') escaped.Append("&lt;");
            else if (rune.Value is '>') escaped.Append("&gt;");
            else if (rune.Value is '&') escaped.Append("&amp;");
            // Inside a word these mean nothing, and digests, names and numbers stay readable.
            else if (rune.Value is '-' or '.' or ':' or '\'' or '"' or '+' or '(' or ')' && escaped.Length > 0) escaped.Append((char)rune.Value);
            else if (rune.IsAscii && Special.Contains((char)rune.Value, StringComparison.Ordinal)) escaped.Append('\\').Append((char)rune.Value);
            else escaped.Append(rune.ToString());
        }

        // What a renderer might make a link of by itself.
        return escaped.Replace("://", ":\u200B//").Replace("www.", "www\u200B.").ToString();
    }

    public MarkdownText Heading(int level, string text)
    {
        _text.Append('#', level).Append(' ').Append(Escape(text)).Append("\n\n");
        return this;
    }

    public MarkdownText Paragraph(string text)
    {
        // A number and a dot at the beginning would be a list.
        var escaped = Escape(text);
        var digits = escaped.TakeWhile(char.IsAsciiDigit).Count();
        if (digits > 0 && digits < escaped.Length && escaped[digits] is '.' or ')') escaped = escaped.Insert(digits, "\\");
        _text.Append(escaped).Append("\n\n");
        return this;
    }

    public MarkdownText Remark(string text)
    {
        _text.Append("> ").Append(Escape(text)).Append("\n\n");
        return this;
    }

    public MarkdownText Table(IReadOnlyList<(string Name, bool IsNumeric)> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        _text.Append("| ").AppendJoin(" | ", columns.Select(c => Escape(c.Name))).Append(" |\n|").AppendJoin('|', columns.Select(c => c.IsNumeric ? "--:" : "---")).Append("|\n");
        foreach (var row in rows) _text.Append("| ").AppendJoin(" | ", columns.Select((_, i) => i < row.Count ? Escape(row[i]) : "")).Append(" |\n");
        _text.Append('\n');
        return this;
    }

    public override string ToString() => _text.ToString();
}
