using System.Globalization;
using MLOps.Data;

namespace MLOps.Tests.Monitoring;

/// <summary>The hours of bike_hour.csv: seven numbers, four of them with few values, and five categories.</summary>
internal sealed record BikeRow(double[] Numbers, string[] Categories)
{
    private static readonly string[] s_numbers = ["mnth", "hr", "temp", "atemp", "hum", "windspeed", "casual", "registered", "cnt"];
    private static readonly string[] s_categories = ["season", "yr", "holiday", "weekday", "workingday", "weathersit"];

    public static IReadOnlyList<BikeRow> All { get; } = [.. Read()];

    public static FeatureSchema<BikeRow> Schema { get; } = MakeSchema();

    private static FeatureSchema<BikeRow> MakeSchema()
    {
        var schema = FeatureSchema.For<BikeRow>();
        for (var i = 0; i < s_numbers.Length; i++)
        {
            var column = i;
            schema = schema.Number(s_numbers[i], r => r.Numbers[column]);
        }

        for (var i = 0; i < s_categories.Length; i++)
        {
            var column = i;
            schema = schema.Category(s_categories[i], r => r.Categories[column]);
        }

        return schema;
    }

    private static IEnumerable<BikeRow> Read()
    {
        using var csv = new StreamReader(typeof(BikeRow).Assembly.GetManifestResourceStream("data/bike_hour.csv")!);
        var header = csv.ReadLine()!.Split(',');
        var numbers = s_numbers.Select(n => Array.IndexOf(header, n)).ToArray();
        var categories = s_categories.Select(n => Array.IndexOf(header, n)).ToArray();
        while (csv.ReadLine() is { } line)
        {
            var cells = line.Split(',');
            yield return new([.. numbers.Select(c => double.Parse(cells[c], CultureInfo.InvariantCulture))], [.. categories.Select(c => cells[c])]);
        }
    }
}
