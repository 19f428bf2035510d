using System.Globalization;
using System.Text;

namespace MLOps.Storage;

/// <summary>The value of an indexed field: a text or a number. NaN is accepted and not indexed; -0 becomes 0.</summary>
public readonly record struct FieldValue : IComparable<FieldValue>
{
    /// <summary>The longest text, in UTF-8 bytes.</summary>
    public const int MaxTextBytes = 8192;

    private FieldValue(string? text, double number) => (Text, Number) = (text, number);

    /// <summary>The text, or null for a number.</summary>
    public string? Text { get; }

    /// <summary>The number; 0 for a text.</summary>
    public double Number { get; }

    /// <summary>True for a text.</summary>
    public bool IsText => Text is not null;

    /// <summary>A text: at most 8,192 bytes of UTF-8, without U+0000 and lone surrogates.</summary>
    /// <exception cref="MLOpsInvalidException">The text breaks the rule.</exception>
    public static FieldValue Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaxTextBytes || Encoding.UTF8.GetByteCount(text) > MaxTextBytes)
            throw new MLOpsInvalidException($"The indexed text '{Name.Shown(text)}' is longer than {MaxTextBytes} bytes of UTF-8.");
        return new(RequireText(text, "indexed text"), 0);
    }

    /// <summary>A number.</summary>
    public static FieldValue Of(double number) => new(null, number == 0 ? 0 : number);

    /// <summary>A moment, as milliseconds since 1970 UTC, so that it compares as a number.</summary>
    public static FieldValue Of(DateTimeOffset moment) => Of(moment.ToUnixTimeMilliseconds());

    /// <summary>A text.</summary>
    public static implicit operator FieldValue(string text) => Of(text);

    /// <summary>A number.</summary>
    public static implicit operator FieldValue(double number) => Of(number);

    /// <summary>Numbers before texts; numbers by value; texts by their UTF-8 bytes.</summary>
    public int CompareTo(FieldValue other)
    {
        if (IsText != other.IsText) return IsText ? 1 : -1;
        return IsText ? CompareUtf8(Text!, other.Text!) : Number.CompareTo(other.Number);
    }

    /// <summary>Compares two texts by their UTF-8 bytes, which is the order of their code points.</summary>
    public static int CompareUtf8(string left, string right)
    {
        var shared = Math.Min(left.Length, right.Length);
        for (var i = 0; i < shared; i++)
        {
            char a = left[i], b = right[i];
            if (a == b) continue;
            // In UTF-16 surrogates sort below U+E000..U+FFFF; in UTF-8 (code point order) they sort above.
            if (a >= 0xD800 && b >= 0xD800) (a, b) = ((char)(a >= 0xE000 ? a - 0x800 : a + 0x2000), (char)(b >= 0xE000 ? b - 0x800 : b + 0x2000));
            return a.CompareTo(b);
        }

        return left.Length.CompareTo(right.Length);
    }

    /// <summary>Rejects U+0000 and lone surrogates.</summary>
    /// <exception cref="MLOpsInvalidException">The text holds one.</exception>
    public static string RequireText(string text, string what)
    {
        if (text.IndexOf('\0', StringComparison.Ordinal) is >= 0 and var nul) throw new MLOpsInvalidException($"The {what} '{Name.Shown(text)}' holds U+0000 at position {nul}, which no store can keep.");
        if (Name.IndexOfLoneSurrogate(text) is >= 0 and var lone) throw new MLOpsInvalidException($"The {what} '{Name.Shown(text)}' holds a lone surrogate at position {lone}: it is not valid Unicode.");
        return text;
    }

    /// <inheritdoc/>
    public override string ToString() => Text ?? Number.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>See <see cref="CompareTo"/>.</summary>
    public static bool operator <(FieldValue left, FieldValue right) => left.CompareTo(right) < 0;

    /// <summary>See <see cref="CompareTo"/>.</summary>
    public static bool operator >(FieldValue left, FieldValue right) => left.CompareTo(right) > 0;

    /// <summary>See <see cref="CompareTo"/>.</summary>
    public static bool operator <=(FieldValue left, FieldValue right) => left.CompareTo(right) <= 0;

    /// <summary>See <see cref="CompareTo"/>.</summary>
    public static bool operator >=(FieldValue left, FieldValue right) => left.CompareTo(right) >= 0;
}
