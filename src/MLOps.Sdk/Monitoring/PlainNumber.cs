using System.Globalization;

namespace MLOps.Monitoring;

/// <summary>Numbers as sentences show them.</summary>
internal static class PlainNumber
{
    public static string Text(double value) => Math.Abs(value) is >= 1e6 or (> 0 and < 1e-3)
        ? value.ToString("0.###e+0", CultureInfo.InvariantCulture)
        : value.ToString(Math.Abs(value) >= 100 ? "0.#" : "0.###", CultureInfo.InvariantCulture);

    public static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.#} %");
}
