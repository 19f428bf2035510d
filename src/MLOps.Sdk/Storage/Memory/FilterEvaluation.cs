using System.Text;

namespace MLOps.Storage.Memory;

/// <summary>What a filter means, said as plainly as possible: the yardstick for every other backend.</summary>
static class FilterEvaluation
{
    internal static bool Matches(Filter? filter, Record record) => filter switch
    {
        null => true,
        AndFilter and => and.Filters.All(f => Matches(f, record)),
        OrFilter or => or.Filters.Any(f => Matches(f, record)),
        NotFilter not => !Matches(not.Inner, record),
        ExistsFilter exists => ValueOf(record, exists.Field) is not null,
        InFilter among => ValueOf(record, among.Field) is { } value && among.Values.Any(v => Compares(value, Comparison.Equal, v)),
        CompareFilter compare => ValueOf(record, compare.Field) is { } value && Compares(value, compare.Comparison, compare.Value),
        LikeFilter like => ValueOf(record, like.Field) is { Text: { } text } && Like(text, like.Pattern),
        _ => throw new MLOpsInvalidException($"A filter of type {filter.GetType().Name} is unknown."),
    };

    /// <summary>The value of an indexed field or of <c>$id</c>; null when it is missing or NaN.</summary>
    internal static FieldValue? ValueOf(Record record, string field)
    {
        if (field == RecordQuery.Id) return FieldValue.Of(record.Key.Id);
        return record.Fields.TryGetValue(field, out var value) && !IsNaN(value) ? value : (FieldValue?)null;
    }

    private static bool Compares(FieldValue left, Comparison comparison, FieldValue right)
    {
        if (left.IsText != right.IsText || IsNaN(right)) return false;
        var order = left.CompareTo(right);
        return comparison switch
        {
            Comparison.Equal => order == 0,
            Comparison.Less => order < 0,
            Comparison.AtMost => order <= 0,
            Comparison.Greater => order > 0,
            _ => order >= 0,
        };
    }

    private static bool IsNaN(FieldValue value) => !value.IsText && double.IsNaN(value.Number);

    /// <summary>Matches code point by code point; on a mismatch goes back to the last <c>%</c> only, so the time is at most text × pattern.</summary>
    internal static bool Like(string text, string pattern)
    {
        var runes = text.EnumerateRunes().ToArray();
        var tokens = Tokens(pattern);
        int r = 0, t = 0, star = -1, starAt = 0;
        while (r < runes.Length)
        {
            if (t < tokens.Count && tokens[t].Kind == Token.Any)
            {
                star = t++;
                starAt = r;
            }
            else if (t < tokens.Count && (tokens[t].Kind == Token.One || tokens[t].Rune == runes[r]))
            {
                t++;
                r++;
            }
            else if (star >= 0)
            {
                t = star + 1;
                r = ++starAt;
            }
            else return false;
        }

        while (t < tokens.Count && tokens[t].Kind == Token.Any) t++;
        return t == tokens.Count;
    }

    private static List<(Token Kind, Rune Rune)> Tokens(string pattern)
    {
        var tokens = new List<(Token, Rune)>();
        var escaped = false;
        foreach (var rune in pattern.EnumerateRunes())
        {
            if (!escaped && rune.Value == '\\')
            {
                escaped = true;
                continue;
            }

            tokens.Add((escaped ? Token.Literal : rune.Value switch { '%' => Token.Any, '_' => Token.One, _ => Token.Literal }, rune));
            escaped = false;
        }

        return tokens;
    }

    private enum Token
    {
        Literal,
        One,
        Any,
    }
}
