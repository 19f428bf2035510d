namespace MLOps.Cli.Output;

/// <summary>A curve in one line of characters.</summary>
internal static class TextCurve
{
    private const string Heights = "▁▂▃▄▅▆▇█";

    /// <summary>One character a value, from the lowest to the highest; a dot for what is no finite number.</summary>
    public static string Of(IReadOnlyList<double> values)
    {
        var finite = values.Where(double.IsFinite).ToList();
        var (low, high) = finite.Count == 0 ? (0, 0) : (finite.Min(), finite.Max());
        // Halved first: the span of two huge numbers overflows.
        var span = (high / 2) - (low / 2);
        return string.Create(values.Count, (values, low, span), static (text, curve) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                var value = curve.values[i];
                text[i] = !double.IsFinite(value) ? '·' : curve.span > 0 ? Heights[Math.Clamp((int)(((value / 2) - (curve.low / 2)) / curve.span * Heights.Length), 0, Heights.Length - 1)] : Heights[3];
            }
        });
    }
}
