using MLOps.Data;
using MLOps.Statistics;

namespace MLOps.Monitoring;

/// <summary>Guesses what happened to a column that moved: faults of the data first, because they must not be trained on.</summary>
internal static class ColumnCause
{
    private const double Alike = 0.15;
    private const int MostValues = 5_000;

    // Powers of ten, feet, miles, inches, pounds, seconds and minutes, hours and days.
    private static readonly double[] s_factors = [10, 100, 1000, 10_000, 1e6, 0.3048, 1.609344, 2.54, 0.45359237, 60, 3600, 24, 1.8];

    public static DriftCause Of(FeatureProfile baseline, FeatureSample current)
    {
        double rows = baseline.Count + baseline.Missing;
        if (rows > 0 && current.Rows > 0 && (double)current.Missing / current.Rows - baseline.Missing / rows >= 0.1) return DriftCause.Nulls;
        if (baseline.Count == 0 || current.Present() == 0) return DriftCause.None;
        return baseline.Kind is FeatureKind.Number ? OfNumbers(baseline, current) : OfCategories(baseline, current);
    }

    private static DriftCause OfNumbers(FeatureProfile baseline, FeatureSample current)
    {
        if (current.Minimum == current.Maximum && current.Infinite == 0) return baseline.Minimum < baseline.Maximum ? DriftCause.Constant : DriftCause.Shift;
        double[] before = Some(baseline.Sample.Flat()), after = Some(current.Numbers.Span);
        if (before.Length == 0 || after.Length == 0) return DriftCause.None;
        if (IsRescaled(before, after)) return DriftCause.UnitChange;
        if (IsClipped(before, after, current.Minimum) || IsClipped(before, after, current.Maximum)) return DriftCause.Clipping;
        var deviation = Math.Max(baseline.StandardDeviation, TwoSample.SmallestNorm);
        double shift = Math.Abs(current.Mean - baseline.Mean) / deviation, spread = current.StandardDeviation / deviation;
        if (double.IsNaN(shift)) return DriftCause.None;
        return Math.Abs(Math.Log(spread)) > Math.Log(1.25) && shift < Math.Abs(spread - 1) ? DriftCause.Spread : DriftCause.Shift;
    }

    private static DriftCause OfCategories(FeatureProfile baseline, FeatureSample current)
    {
        long[] before = baseline.Cells(), after = current.Cells();
        double n = before.Sum(), m = after.Sum();
        if (after.Max() == m && before.Max() < n) return DriftCause.Constant;
        return after[^1] / m - before[^1] / n >= 0.02 ? DriftCause.NewCategory : DriftCause.Mix;
    }

    private static bool IsRescaled(double[] before, double[] after)
    {
        double was = Middle(before), now = Middle(after);
        foreach (var factor in s_factors)
        {
            if (Fits(factor) || Fits(1 / factor)) return true;
        }

        // Celsius and Fahrenheit.
        return IsAlike(before, after, v => (v - 32) / 1.8) || IsAlike(before, after, v => v * 1.8 + 32);

        bool Fits(double factor) => was != 0 && now / was / factor is > 0.8 and < 1.25 && IsAlike(before, after, v => v / factor);
    }

    private static bool IsAlike(double[] before, double[] after, Func<double, double> back)
    {
        var moved = TwoSample.NormedWasserstein(before, after);
        return moved > 1 && TwoSample.NormedWasserstein(before, [.. after.Select(back)]) is var left && left < Alike && left < moved / 10;
    }

    // How far the middle half of the values reaches: a mean may be 0 in any unit.
    private static double Middle(double[] values) => Quantile.Of(values, [0.25, 0.75]) is var q ? q[1] - q[0] : 0;

    // A guess needs no half a million values: as many as are enough, evenly spaced.
    private static double[] Some(ReadOnlySpan<double> values)
    {
        var step = Math.Max(1, values.Length / MostValues);
        var some = new List<double>(Math.Min(values.Length, MostValues + 1));
        for (var i = 0; i < values.Length; i += step)
            if (double.IsFinite(values[i])) some.Add(values[i]);
        return [.. some];
    }

    // One in twenty values lies exactly at the end, where hardly one lay before, and the end is no longer where it was.
    private static bool IsClipped(double[] before, double[] after, double end)
    {
        double now = after.Count(v => v == end) / (double)after.Length, was = before.Count(v => v == end) / (double)before.Length;
        return now >= 0.05 && was < now / 3;
    }
}
