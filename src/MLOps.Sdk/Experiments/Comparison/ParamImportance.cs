namespace MLOps.Experiments;

/// <summary>How much of the spread of the first goal one param explains by itself.</summary>
/// <param name="Name">The param.</param>
/// <param name="Share">
/// The share of variance between its values, 0..1, corrected for their number (epsilon squared, Kelley 1935). A number with many values is
/// taken in five groups of equal size. Params that were varied together share what they explain.
/// </param>
/// <param name="Correlation">For a number, Spearman's correlation with the goal's value, -1..1; NaN otherwise.</param>
/// <param name="Runs">How many runs had both.</param>
public sealed record ParamImportance(string Name, double Share, double Correlation, int Runs);
