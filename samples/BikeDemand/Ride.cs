using System.Text.Json.Serialization;

namespace BikeDemand;

/// <summary>An hour for which the demand is wanted: what is known before it begins.</summary>
/// <param name="At">The hour's beginning.</param>
/// <param name="WorkingDay">Neither weekend nor holiday.</param>
/// <param name="Weather"><c>clear</c>, <c>mist</c>, <c>rain</c> or <c>storm</c>.</param>
/// <param name="Temperature">Normalised, 0 to 1.</param>
/// <param name="Humidity">Normalised, 0 to 1.</param>
/// <param name="WindSpeed">Normalised, 0 to 1.</param>
public sealed record Ride(DateTimeOffset At, bool WorkingDay, string Weather, double Temperature, double Humidity, double WindSpeed)
{
    [JsonIgnore]
    public int Hour => At.Hour;

    [JsonIgnore]
    public int Month => At.Month;
}
