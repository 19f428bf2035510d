namespace MLOps.Monitoring;

/// <summary>What a column adds to an answer, or is worth to a model.</summary>
/// <param name="Feature">The column.</param>
/// <param name="Value">How much, in the unit of the answers.</param>
/// <param name="Error">The standard error of the value; 0 where it is exact.</param>
public readonly record struct FeatureAttribution(string Feature, double Value, double Error);
