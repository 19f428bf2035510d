using BikeDemand;

namespace Quickstart;

/// <summary>The two years of the file, by month: what the world will reveal bit by bit.</summary>
internal sealed class History
{
    private readonly List<CountedRide> _all;
    private readonly string[] _lines;

    private History(List<CountedRide> all, string[] lines) => (_all, _lines) = (all, lines);

    public static History Load()
    {
        var lines = File.ReadAllLines(BikeCsv.Shipped);
        using var csv = new StringReader(string.Join('\n', lines));
        return new History([.. BikeCsv.Read(csv)], lines);
    }

    public IReadOnlyList<CountedRide> Between(DateTimeOffset from, DateTimeOffset to) => [.. _all.Where(r => r.Ride.At >= from && r.Ride.At < to)];

    /// <summary>The month's rows as the CSV file that a real system would drop at the month's end.</summary>
    public string MonthCsv(DateTimeOffset month) => string.Join(
        '\n', _lines.Take(1).Concat(_lines.Skip(1).Where((_, i) => _all[i].Ride.At >= month && _all[i].Ride.At < month.AddMonths(1)))) + "\n";
}
