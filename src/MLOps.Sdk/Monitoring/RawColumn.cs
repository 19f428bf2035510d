using MLOps.Data;

namespace MLOps.Monitoring;

/// <summary>A column's values row by row.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Kind">Number or category.</param>
/// <param name="Numbers">A number's values, NaN for missing; empty for categories.</param>
/// <param name="Categories">A category's values, null for missing; empty for numbers.</param>
internal sealed record RawColumn(string Name, FeatureKind Kind, ReadOnlyMemory<double> Numbers, ReadOnlyMemory<string?> Categories)
{
    public int Rows => Kind is FeatureKind.Number ? Numbers.Length : Categories.Length;

    /// <summary>Some rows of the column, in the given order.</summary>
    public RawColumn Pick(ReadOnlySpan<int> rows) => Kind is FeatureKind.Number
        ? this with { Numbers = Picked(Numbers.Span, rows) }
        : this with { Categories = Picked(Categories.Span, rows) };

    private static T[] Picked<T>(ReadOnlySpan<T> values, ReadOnlySpan<int> rows)
    {
        var picked = new T[rows.Length];
        for (var i = 0; i < rows.Length; i++) picked[i] = values[rows[i]];
        return picked;
    }
}
