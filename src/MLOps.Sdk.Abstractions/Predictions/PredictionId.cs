using System.Globalization;

namespace MLOps.Predictions;

/// <summary>
/// Names one prediction. It carries the serving generation that made it, so that the model version behind any
/// prediction is known even when its row was dropped from the log. Text: <c>p-</c>, 16 hexadecimal characters of the
/// generation, <c>-</c>, the sequence number in hexadecimal.
/// </summary>
/// <param name="Generation">The serving generation: one version loaded by one process.</param>
/// <param name="Sequence">Counts from 1 within the generation.</param>
public readonly record struct PredictionId(ulong Generation, ulong Sequence) : IUtf8SpanFormattable
{
    /// <summary>The longest text form, in characters, all of them ASCII.</summary>
    public const int MaxLength = 35;

    /// <summary>The generation's id as text: 16 hexadecimal characters.</summary>
    public string GenerationText => Generation.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>Reads the text form.</summary>
    /// <exception cref="MLOpsInvalidException">The text is something else.</exception>
    public static PredictionId Parse(string text) => TryParse(text, out var id)
        ? id
        : throw new MLOpsInvalidException($"'{Name.Shown(text)}' is not a prediction id: 'p-', 16 hexadecimal characters, '-' and 1 to 16 more are expected.");

    /// <summary>Reads the text form; false when the text is something else.</summary>
    public static bool TryParse(string? text, out PredictionId id)
    {
        id = default;
        if (text is null || text.Length is < 20 or > 35 || !text.StartsWith("p-", StringComparison.Ordinal) || text[18] != '-') return false;
        if (!ulong.TryParse(text.AsSpan(2, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var generation)) return false;
        if (!ulong.TryParse(text.AsSpan(19), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var sequence)) return false;
        id = new(generation, sequence);
        return true;
    }

    /// <summary>Writes the text form without allocating.</summary>
    /// <param name="utf8Destination">At least <see cref="MaxLength"/> bytes are enough for any.</param>
    /// <param name="bytesWritten">How many were written.</param>
    /// <param name="format">Not used.</param>
    /// <param name="provider">Not used.</param>
    /// <returns>False when it does not fit.</returns>
    public bool TryFormat(Span<byte> utf8Destination, out int bytesWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        bytesWritten = 0;
        if (utf8Destination.Length < 20) return false;
        "p-"u8.CopyTo(utf8Destination);
        Generation.TryFormat(utf8Destination[2..], out _, "x16", CultureInfo.InvariantCulture);
        utf8Destination[18] = (byte)'-';
        if (!Sequence.TryFormat(utf8Destination[19..], out var digits, "x", CultureInfo.InvariantCulture)) return false;
        bytesWritten = 19 + digits;
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"p-{Generation:x16}-{Sequence:x}");
}
