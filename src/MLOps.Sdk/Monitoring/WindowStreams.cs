using System.Globalization;
using MLOps.Records;

namespace MLOps.Monitoring;

/// <summary>The names of the streams in which windows lie: one for each hour, or day, of a version.</summary>
internal static class WindowStreams
{
    private const string HourFormat = "yyyy-MM-ddTHH", DayFormat = "yyyy-MM-dd";

    public static string All(string model) => $"windows/{FittedName.Of(model, 400)}/";

    public static string Hours(string model, int number) => string.Create(CultureInfo.InvariantCulture, $"{All(model)}{number:d8}/hour/");

    public static string Days(string model, int number) => string.Create(CultureInfo.InvariantCulture, $"{All(model)}{number:d8}/day/");

    public static string Hour(string model, int number, long ticks) => Hours(model, number) + Text(ticks, HourFormat);

    public static string Day(string model, int number, long ticks) => Days(model, number) + Text(ticks, DayFormat);

    /// <summary>The first moment of a window, from its stream's name.</summary>
    public static DateTimeOffset From(string stream)
    {
        var text = stream[(stream.LastIndexOf('/') + 1)..];
        return DateTimeOffset.ParseExact(text, text.Length == DayFormat.Length ? DayFormat : HourFormat.Replace("T", "'T'", StringComparison.Ordinal), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
    }

    private static string Text(long ticks, string format) => new DateTime(ticks, DateTimeKind.Utc).ToString(format.Replace("T", "'T'", StringComparison.Ordinal), CultureInfo.InvariantCulture);
}
