using MLOps.Data;

namespace MLOps.Monitoring;

/// <summary>A column's values row by row.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Kind">Number or category.</param>
/// <param name="Numbers">A number's values, NaN for missing; empty for categories.</param>
/// <param name="Categories">A category's values, null for missing; empty for numbers.</param>
public sealed record FeatureColumn(string Name, FeatureKind Kind, ReadOnlyMemory<double> Numbers, ReadOnlyMemory<string?> Categories)
{
    /// <summary>How many rows it has.</summary>
    public int Rows => Kind is FeatureKind.Number ? Numbers.Length : Categories.Length;
}
