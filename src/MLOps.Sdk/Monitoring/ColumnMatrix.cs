using MLOps.Data;

namespace MLOps.Monitoring;

/// <summary>Rows as numbers, column by column, on the scale of a baseline: a category counts as its share of the baseline's rows, so that rare ones lie together.</summary>
internal static class ColumnMatrix
{
    /// <summary>The baseline's sampled rows.</summary>
    public static double[][] Of(IReadOnlyList<FeatureProfile> features) =>
        [.. features.Select(f => f.Kind is FeatureKind.Number ? f.Sample.Flat() : [.. f.Sample.Select(code => Share(f, code))])];

    /// <summary>Rows of a window, in the order of the baseline's columns; a column that is not there is missing in every row.</summary>
    public static double[][] Of(IReadOnlyList<FeatureProfile> features, IReadOnlyList<FeatureColumn> columns, ReadOnlySpan<int> rows)
    {
        var matrix = new double[features.Count][];
        for (var f = 0; f < matrix.Length; f++)
        {
            var profile = features[f];
            matrix[f] = new double[rows.Length];
            if (columns.FirstOrDefault(c => c.Name == profile.Name && c.Kind == profile.Kind) is not { } column)
            {
                Array.Fill(matrix[f], double.NaN);
                continue;
            }

            var picked = column.Pick(rows);
            if (profile.Kind is FeatureKind.Number)
            {
                picked.Numbers.Span.CopyTo(matrix[f]);
                continue;
            }

            var shape = new ColumnShape(profile);
            for (var i = 0; i < rows.Length; i++) matrix[f][i] = picked.Categories.Span[i] is { } category ? Share(profile, shape.PlaceOf(category)) : double.NaN;
        }

        return matrix;
    }

    /// <summary>The same numbers row by row.</summary>
    public static double[] Rows(double[][] columns)
    {
        var count = columns.Length == 0 ? 0 : columns[0].Length;
        var rows = new double[count * columns.Length];
        for (var c = 0; c < columns.Length; c++)
            for (var row = 0; row < count; row++) rows[row * columns.Length + c] = columns[c][row];
        return rows;
    }

    private static double Share(FeatureProfile profile, double code) => double.IsNaN(code) ? double.NaN
        : (code < profile.Counts.Count ? profile.Counts[(int)code] : profile.OtherCount) / (double)Math.Max(1, profile.Count);
}
