using System.Globalization;
using System.Text;

namespace MLOps.Experiments;

/// <summary>Cuts a filter's text into words.</summary>
internal static class RunFilterLexer
{
    public static List<RunFilterToken> Read(string text)
    {
        var tokens = new List<RunFilterToken>();
        var at = 0;
        while (true)
        {
            while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
            if (at == text.Length) break;
            var token = Next(text, at);
            tokens.Add(token);
            at = token.End;
        }

        tokens.Add(new(RunFilterTokenKind.End, "", text.Length, text.Length));
        return tokens;
    }

    /// <summary>An error at a place in the text.</summary>
    public static MLOpsInvalidException Error(int at, string expected, string found) =>
        new(string.Create(CultureInfo.InvariantCulture, $"The filter cannot be read at position {at + 1}: expected {expected}, found {found}."));

    private static RunFilterToken Next(string text, int at)
    {
        var first = text[at];
        switch (first)
        {
            case '\'': return Quoted(text, at, RunFilterTokenKind.Text);
            case '"' or '`': return Quoted(text, at, RunFilterTokenKind.Quoted);
            case '(' or ')' or ',': return new(RunFilterTokenKind.Sign, first.ToString(), at, at + 1);
            case '=': return new(RunFilterTokenKind.Sign, "=", at, at + (Follows(text, at, '=') ? 2 : 1));
            case '!' when Follows(text, at, '='): return new(RunFilterTokenKind.Sign, "!=", at, at + 2);
            case '<' when Follows(text, at, '>'): return new(RunFilterTokenKind.Sign, "!=", at, at + 2);
            case '<' or '>':
                var length = Follows(text, at, '=') ? 2 : 1;
                return new(RunFilterTokenKind.Sign, text.Substring(at, length), at, at + length);
        }

        var end = at;
        while (end < text.Length && IsOfWord(text[end])) end++;
        if (end > at) return new(RunFilterTokenKind.Word, text[at..end], at, end);
        throw Error(at, "a field, a value, an operator or a parenthesis", $"the character '{Name.Shown(text.Substring(at, at + 1 < text.Length && char.IsSurrogatePair(text, at) ? 2 : 1))}'");
    }

    private static RunFilterToken Quoted(string text, int at, RunFilterTokenKind kind)
    {
        var quote = text[at];
        var value = new StringBuilder();
        for (var i = at + 1; i < text.Length; i++)
        {
            if (text[i] != quote) value.Append(text[i]);
            else if (Follows(text, i, quote)) value.Append(text[i++]);
            else return new(kind, value.ToString(), at, i + 1);
        }

        throw Error(text.Length, $"the quote {quote} that closes the one at position {(at + 1).ToString(CultureInfo.InvariantCulture)}", "the end");
    }

    private static bool Follows(string text, int at, char next) => at + 1 < text.Length && text[at + 1] == next;

    private static bool IsOfWord(char c) => char.IsLetterOrDigit(c) || c is '_' or '-' or '.' or '/' or ':' or '@' or '#' or '%' or '+';
}
