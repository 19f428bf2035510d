namespace MLOps.Data;

/// <summary>A named column of a model's input.</summary>
/// <param name="Name">A plain name.</param>
/// <param name="Kind">Number or category.</param>
public sealed record Feature(string Name, FeatureKind Kind);
