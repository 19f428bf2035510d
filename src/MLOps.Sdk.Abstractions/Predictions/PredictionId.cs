using System.Globalization;

namespace MLOps.Predictions;

/// <summary>
/// Names one prediction. It carries the serving generation that made it, so that the model version behind any
/// prediction is known even when its row was dropped from the log. Text: <c>p-</c>, 16 hexadecimal characters of the
/// generation, <c>-</c>, the sequence number in hexadecimal.
/// </summary>
/// <param name="Generation">The serving generation: one version loaded by one process.</param>
/// <param name="Sequence">Counts from 1 within the generation.</param>
public readonly record struct PredictionId(ulong Generation, ulong Sequence)
{
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

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"p-{Generation:x16}-{Sequence:x}");
}
