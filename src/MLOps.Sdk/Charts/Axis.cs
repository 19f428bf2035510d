using System.Globalization;

namespace MLOps.Charts;

/// <summary>A stretch of numbers, its place in pixels, and the places worth a label.</summary>
internal sealed class Axis
{
    private readonly double _pixelFrom, _pixelTo;

    private Axis(double from, double to, double pixelFrom, double pixelTo, IReadOnlyList<(double Value, string Label)> ticks) =>
        (From, To, _pixelFrom, _pixelTo, Ticks) = (from, to, pixelFrom, pixelTo, ticks);

    /// <summary>The largest size of a value that is drawn: differences of drawn values never overflow.</summary>
    public const double Limit = 1e300;

    public double From { get; }

    public double To { get; }

    public IReadOnlyList<(double Value, string Label)> Ticks { get; }

    public static bool CanDraw(double value) => Math.Abs(value) <= Limit;

    public double Pixel(double value) => _pixelFrom + (value - From) / (To - From) * (_pixelTo - _pixelFrom);

    /// <summary>An axis over the drawable values. With <paramref name="round"/> it starts and ends on a tick.</summary>
    public static Axis Numbers(IEnumerable<double> values, double pixelFrom, double pixelTo, int ticks, bool round, string? format = null)
    {
        var (low, high) = RangeOf(values);
        var step = Step((high - low) / Math.Max(1, ticks));
        double first = Math.Floor(low / step), last = Math.Ceiling(high / step);
        if (!round) (first, last) = (Math.Ceiling(low / step - 1e-9), Math.Floor(high / step + 1e-9));
        var marks = new List<(double, string)>();
        for (var i = first; i <= last && marks.Count < 100; i++) marks.Add((i * step, Label(i * step, step, format)));
        return round ? new(first * step, last * step, pixelFrom, pixelTo, marks) : new(low, high, pixelFrom, pixelTo, marks);
    }

    /// <summary>An axis over moments, in milliseconds since 1970 UTC, with ticks on round times.</summary>
    public static Axis Times(IEnumerable<double> values, double pixelFrom, double pixelTo)
    {
        var (low, high) = RangeOf(values.Where(TimeTicks.IsMoment), constantMargin: 60_000);
        return new(low, high, pixelFrom, pixelTo, TimeTicks.Between(low, high, Math.Max(2, (int)((pixelTo - pixelFrom) / 90))));
    }

    private static (double Low, double High) RangeOf(IEnumerable<double> values, double constantMargin = 0)
    {
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        foreach (var value in values)
        {
            if (!CanDraw(value)) continue;
            low = Math.Min(low, value);
            high = Math.Max(high, value);
        }

        if (low > high) return (0, 1);
        // A range too thin for doubles to divide into ticks is a constant as well.
        if (high - low > Math.Max(Math.Abs(low), Math.Abs(high)) * 1e-12 && high - low > 1e-300) return (low, high);
        var margin = constantMargin > 0 ? constantMargin : low == 0 ? 1 : Math.Abs(low) * 0.1 + 1e-290;
        return (low - margin, high + margin);
    }

    /// <summary>1, 2 or 5 times a power of ten, at least the wanted step.</summary>
    private static double Step(double wanted)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(wanted)));
        if (power == 0) return wanted;
        foreach (var factor in new[] { 1.0, 2, 5 })
            if (factor * power >= wanted * 0.999) return factor * power;
        return 10 * power;
    }

    private static string Label(double value, double step, string? format)
    {
        if (Math.Abs(value) < step * 1e-6) value = 0;
        if (format is not null) return NumberText.Of(value, format);
        var size = Math.Max(Math.Abs(value), step);
        if (size >= 1e4 || (step < 1e-4 && value != 0)) return size < 1e15 && step >= 1 && size / step > 1000 ? value.ToString("#,0", CultureInfo.InvariantCulture) : NumberText.Short(value);
        var decimals = Math.Clamp(-(int)Math.Floor(Math.Log10(step) + 1e-9), 0, 6);
        return value.ToString("#,0." + new string('0', decimals), CultureInfo.InvariantCulture);
    }
}
