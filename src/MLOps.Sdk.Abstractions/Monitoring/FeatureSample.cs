using MLOps.Data;

namespace MLOps.Monitoring;

/// <summary>The values of one column in a window.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Kind">Number or category.</param>
/// <param name="Numbers">A number's values, NaN for missing; empty for categories.</param>
/// <param name="Categories">A category's values, null for missing; empty for numbers.</param>
public sealed record FeatureSample(string Name, FeatureKind Kind, ReadOnlyMemory<double> Numbers, ReadOnlyMemory<string?> Categories);
