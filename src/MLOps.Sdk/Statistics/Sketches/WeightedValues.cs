namespace MLOps.Statistics;

/// <summary>A sketch's values in order with their cumulative weights: a step function that stands for the distribution.</summary>
/// <param name="Values">Ascending, with repetitions.</param>
/// <param name="CumulativeWeights">For each value how many of the stream's values it and those before it stand for; the last is the count.</param>
public sealed record WeightedValues(IReadOnlyList<double> Values, IReadOnlyList<long> CumulativeWeights);
