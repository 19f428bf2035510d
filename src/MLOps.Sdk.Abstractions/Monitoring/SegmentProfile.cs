namespace MLOps.Monitoring;

/// <summary>The part of the baseline's rows in which a column has one category.</summary>
/// <param name="Feature">The column.</param>
/// <param name="Category">The category.</param>
/// <param name="Rows">How many rows.</param>
/// <param name="Quality">Quality metrics on them; see <see cref="PredictionTask"/>. Empty without labels.</param>
/// <param name="Counts">By the name of a column, the segment's counts in the baseline's bins or categories, as in <see cref="FeatureSample.Counts"/>.</param>
public sealed record SegmentProfile(
    string Feature, string Category, long Rows, IReadOnlyDictionary<string, double> Quality, IReadOnlyDictionary<string, IReadOnlyList<long>> Counts);
