using MLOps.Data;
using MLOps.Monitoring;

namespace MLOps.Tests.Monitoring;

/// <summary>Columns made for a test.</summary>
internal static class Columns
{
    public static IReadOnlyList<FeatureColumn> Of<TRow>(FeatureSchema<TRow> schema, IReadOnlyList<TRow> rows)
    {
        var numbers = new double[schema.NumberCount];
        var categories = new string?[schema.CategoryCount];
        var numberColumns = numbers.Select(_ => new double[rows.Count]).ToArray();
        var categoryColumns = categories.Select(_ => new string?[rows.Count]).ToArray();
        for (var row = 0; row < rows.Count; row++)
        {
            schema.Read(rows[row], numbers, categories);
            for (var i = 0; i < numbers.Length; i++) numberColumns[i][row] = numbers[i];
            for (var i = 0; i < categories.Length; i++) categoryColumns[i][row] = categories[i];
        }

        int number = 0, category = 0;
        return [.. schema.Features.Select(f => f.Kind is FeatureKind.Number
            ? new FeatureColumn(f.Name, f.Kind, numberColumns[number++], default)
            : new FeatureColumn(f.Name, f.Kind, default, categoryColumns[category++]))];
    }

    public static FeatureColumn Numbers(params double[] values) => new("x", FeatureKind.Number, values, default);

    public static FeatureColumn Categories(params string?[] values) => new("c", FeatureKind.Category, default, values);

    public static FeatureProfile Profile(FeatureColumn column) => ColumnProfile.Of(column);

    /// <summary>What a window holds of a column, in the terms of a baseline.</summary>
    public static FeatureSample In(this FeatureColumn column, FeatureProfile baseline) => new ColumnShape(baseline).Sample(column);

    public static double[] Normal(Random random, int count, double mean = 0, double deviation = 1) =>
        [.. Enumerable.Range(0, count).Select(_ => mean + deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))];
}
