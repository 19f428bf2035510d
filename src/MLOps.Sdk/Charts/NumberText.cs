using System.Globalization;

namespace MLOps.Charts;

/// <summary>Numbers as people read them, in the invariant culture.</summary>
internal static class NumberText
{
    private static readonly (double Size, string Letter)[] Units = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")];

    /// <summary>Three or four significant digits: 0.1235, 12.3, 1,234, 12.3k, 4.5M, 1.2e-7.</summary>
    public static string Short(double value)
    {
        var size = Math.Abs(value);
        if (!double.IsFinite(value)) return double.IsNaN(value) ? "–" : value > 0 ? "∞" : "−∞";
        if (size == 0) return "0";
        if (size is < 1e-4 or >= 1e15) return value.ToString("0.##e0", CultureInfo.InvariantCulture);
        if (size >= 9999.5)
        {
            foreach (var (unit, letter) in Units)
                if (size >= unit * 0.9995) return (value / unit).ToString(size / unit >= 99.95 ? "0" : "0.#", CultureInfo.InvariantCulture) + letter;
        }

        return value.ToString(size >= 999.5 ? "#,0" : size >= 99.95 ? "0.#" : size >= 9.995 ? "0.##" : size >= 0.9995 ? "0.###" : "0.####", CultureInfo.InvariantCulture);
    }

    /// <summary>A value in a .NET number format, or <see cref="Short"/> without one.</summary>
    public static string Of(double value, string? format) => format is null || !double.IsFinite(value) ? Short(value) : value.ToString(format, CultureInfo.InvariantCulture);
}
