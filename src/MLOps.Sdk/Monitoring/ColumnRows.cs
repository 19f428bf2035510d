using MLOps.Data;

namespace MLOps.Monitoring;

/// <summary>Takes some rows of a column.</summary>
internal static class ColumnRows
{
    /// <summary>Some rows of the column, in the given order.</summary>
    public static FeatureColumn Pick(this FeatureColumn column, ReadOnlySpan<int> rows) => column.Kind is FeatureKind.Number
        ? column with { Numbers = Picked(column.Numbers.Span, rows) }
        : column with { Categories = Picked(column.Categories.Span, rows) };

    private static T[] Picked<T>(ReadOnlySpan<T> values, ReadOnlySpan<int> rows)
    {
        var picked = new T[rows.Length];
        for (var i = 0; i < rows.Length; i++) picked[i] = values[rows[i]];
        return picked;
    }
}
