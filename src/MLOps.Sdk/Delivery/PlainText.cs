using System.Text;

namespace MLOps.Delivery;

/// <summary>Makes the words of foreign code fit for a record: a store refuses U+0000 and lone surrogates, and a verdict must not be lost for them.</summary>
internal static class PlainText
{
    public const int MaxLength = 4_000;

    public static string Of(string text)
    {
        var kept = new StringBuilder(Math.Min(text.Length, MaxLength));
        for (var i = 0; i < text.Length && kept.Length < MaxLength - 1; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])) kept.Append(text[i]).Append(text[++i]);
            else if (char.IsSurrogate(text[i]) || (char.IsControl(text[i]) && text[i] is not ('\n' or '\t'))) kept.Append('\uFFFD');
            else kept.Append(text[i]);
        }

        return kept.ToString();
    }
}
