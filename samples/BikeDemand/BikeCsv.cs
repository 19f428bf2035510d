using System.Globalization;

namespace BikeDemand;

/// <summary>Reads bike_hour.csv, and parts of it.</summary>
public static class BikeCsv
{
    private static readonly string[] s_weather = ["clear", "mist", "rain", "storm"];

    /// <summary>The file shipped with the sample.</summary>
    public static string Shipped => Path.Combine(AppContext.BaseDirectory, "data", "bike_hour.csv");

    public static IEnumerable<CountedRide> Read(TextReader csv)
    {
        var header = (csv.ReadLine() ?? throw new InvalidDataException("The file is empty.")).Split(',');
        int Column(string name) => Array.IndexOf(header, name) is >= 0 and var i ? i : throw new InvalidDataException($"The file has no column '{name}'.");
        int day = Column("dteday"), hour = Column("hr"), working = Column("workingday"), weather = Column("weathersit");
        int temperature = Column("temp"), humidity = Column("hum"), wind = Column("windspeed"), count = Column("cnt");
        while (csv.ReadLine() is { } line)
        {
            var cells = line.Split(',');
            double Number(int column) => double.Parse(cells[column], CultureInfo.InvariantCulture);
            var at = new DateTimeOffset(DateTime.ParseExact(cells[day], "yyyy-MM-dd", CultureInfo.InvariantCulture), TimeSpan.Zero).AddHours(Number(hour));
            yield return new CountedRide(
                new Ride(at, cells[working] == "1", s_weather[(int)Number(weather) - 1], Number(temperature), Number(humidity), Number(wind)), Number(count));
        }
    }
}
