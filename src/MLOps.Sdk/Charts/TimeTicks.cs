using System.Globalization;

namespace MLOps.Charts;

/// <summary>Round moments (UTC) for a time axis: whole minutes, hours, days, months or years.</summary>
internal static class TimeTicks
{
    private const double Second = 1000, Minute = 60 * Second, Hour = 60 * Minute, Day = 24 * Hour;

    private static readonly double Earliest = DateTimeOffset.MinValue.AddYears(1).ToUnixTimeMilliseconds(), Latest = DateTimeOffset.MaxValue.AddYears(-1).ToUnixTimeMilliseconds();

    private static readonly double[] Steps =
    [
        1, 10, 100, Second, 5 * Second, 15 * Second, 30 * Second, Minute, 5 * Minute, 15 * Minute, 30 * Minute, Hour, 2 * Hour, 3 * Hour, 6 * Hour, 12 * Hour, Day, 2 * Day, 7 * Day, 14 * Day,
    ];

    private static readonly int[] MonthSteps = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 6000, 12000];

    public static bool IsMoment(double milliseconds) => milliseconds >= Earliest && milliseconds <= Latest;

    public static IReadOnlyList<(double Value, string Label)> Between(double low, double high, int most)
    {
        if (!IsMoment(low) || !IsMoment(high)) return [];
        foreach (var step in Steps)
            if ((high - low) / step <= most) return Even(low, high, step);
        foreach (var months in MonthSteps)
            if ((high - low) / (30.44 * Day * months) <= most) return Months(low, high, months);
        return [];
    }

    private static List<(double, string)> Even(double low, double high, double step)
    {
        var ticks = new List<(double, string)>();
        var lastDay = "";
        // Weeks count from a Monday: 5 January 1970.
        var origin = step >= 7 * Day ? 4 * Day : 0;
        for (var t = Math.Ceiling((low - origin) / step) * step + origin; t <= high; t += step)
        {
            var moment = DateTimeOffset.FromUnixTimeMilliseconds((long)t);
            var day = Text(moment, "d MMM");
            var time = Text(moment, step < Second ? "HH:mm:ss.fff" : step < Minute ? "HH:mm:ss" : "HH:mm");
            var label = step >= Day ? (ticks.Count == 0 ? Text(moment, "d MMM yyyy") : day) : day != lastDay ? (moment.TimeOfDay == TimeSpan.Zero ? day : $"{day} {time}") : time;
            ticks.Add((t, label));
            lastDay = day;
        }

        return ticks;
    }

    private static List<(double, string)> Months(double low, double high, int months)
    {
        var ticks = new List<(double, string)>();
        var start = DateTimeOffset.FromUnixTimeMilliseconds((long)low);
        var index = (start.Year * 12 + start.Month - 1) / months * months;
        for (; index < 9998 * 12 && ticks.Count < 200; index += months)
        {
            var moment = new DateTimeOffset(Math.Max(1, index / 12), index % 12 + 1, 1, 0, 0, 0, TimeSpan.Zero);
            double t = moment.ToUnixTimeMilliseconds();
            if (t > high) break;
            if (t < low) continue;
            ticks.Add((t, months >= 12 ? Text(moment, "yyyy") : ticks.Count == 0 || moment.Month <= months ? Text(moment, "MMM yyyy") : Text(moment, "MMM")));
        }

        return ticks;
    }

    private static string Text(DateTimeOffset moment, string format) => moment.ToString(format, CultureInfo.InvariantCulture);
}
