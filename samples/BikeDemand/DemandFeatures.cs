using MLOps;
using MLOps.Data;

namespace BikeDemand;

/// <summary>The columns of the linear model, and the columns that monitoring watches.</summary>
public static class DemandFeatures
{
    /// <summary>Hour by working day, month, weather, three measures, temperature squared, trend, constant.</summary>
    public const int Count = 48 + 12 + 4 + 4 + 1 + 1;

    private static readonly DateTimeOffset s_origin = new(2011, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>What the prediction log keeps and drift detection compares.</summary>
    public static FeatureSchema<Ride> Schema { get; } = FeatureSchema.For<Ride>()
        .Number("hour", r => r.Hour)
        .Number("temperature", r => r.Temperature)
        .Number("humidity", r => r.Humidity)
        .Number("windspeed", r => r.WindSpeed)
        .Category("weather", r => r.Weather)
        .Category("working day", r => r.WorkingDay ? "yes" : "no")
        .Number("trend", Trend);

    /// <summary>Years since the system opened its books.</summary>
    public static double Trend(Ride ride) => (ride.At - s_origin).TotalDays / 365;

    public static void Write(Ride ride, Span<double> row)
    {
        row.Clear();
        row[ride.Hour + (ride.WorkingDay ? 24 : 0)] = 1;
        row[48 + ride.Month - 1] = 1;
        row[60 + ride.Weather switch { "clear" => 0, "mist" => 1, "rain" => 2, "storm" => 3, _ => throw new MLOpsInvalidException($"'{ride.Weather}' is no weather: clear, mist, rain or storm is.") }] = 1;
        row[64] = ride.Temperature;
        row[65] = ride.Temperature * ride.Temperature;
        row[66] = ride.Humidity;
        row[67] = ride.WindSpeed;
        row[68] = Trend(ride);
        row[69] = 1;
    }
}
