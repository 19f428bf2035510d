using System.Text;

namespace MLOps.Storage.Relational;

/// <summary>Texts that begin alike, as a range of the index.</summary>
internal static class TextPrefix
{
    /// <summary>Splits a pattern of <see cref="Filter.Like"/> into its literal beginning and the rest; no rest means the pattern is one literal text.</summary>
    public static (string Prefix, string? Tail) OfPattern(string pattern)
    {
        var prefix = new StringBuilder();
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] is '%' or '_') return (prefix.ToString(), pattern[i..]);
            if (pattern[i] == '\\') i++;
            prefix.Append(pattern[i]);
        }

        return (prefix.ToString(), null);
    }

    /// <summary>The least text that is greater than all texts with this beginning, by UTF-8 bytes; null when there is none.</summary>
    public static string? End(string prefix)
    {
        var runes = prefix.EnumerateRunes().ToList();
        while (runes.Count > 0)
        {
            var last = runes[^1].Value;
            runes.RemoveAt(runes.Count - 1);
            if (last == 0x10FFFF) continue;
            // The code points D800 to DFFF are no characters.
            runes.Add(new Rune(last == 0xD7FF ? 0xE000 : last + 1));
            return string.Concat(runes);
        }

        return null;
    }
}
