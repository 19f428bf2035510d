namespace MLOps.Experiments;

/// <summary>What runs have in common that differ only in what repeats differ in, their seeds: and how good it is by the first goal.</summary>
public sealed record Recipe
{
    /// <summary>The params, without those of repeats.</summary>
    public required IReadOnlyDictionary<string, string> Params { get; init; }

    /// <summary>Its runs: their places in the comparison.</summary>
    public required IReadOnlyList<int> Runs { get; init; }

    /// <summary>Its runs' values that are finite numbers.</summary>
    public required IReadOnlyList<double> Values { get; init; }

    /// <summary>Their mean; NaN without any.</summary>
    public required double Mean { get; init; }

    /// <summary>Their standard deviation; NaN with fewer than two.</summary>
    public required double StandardDeviation { get; init; }

    /// <summary>The lower end of the mean's confidence interval, by Student's t; NaN with fewer than two values.</summary>
    public required double Lower { get; init; }

    /// <summary>The upper end.</summary>
    public required double Upper { get; init; }

    /// <summary>
    /// How likely a difference from the best recipe as large as this one's is by chance: Welch's t-test, adjusted for the number of recipes (Holm). NaN
    /// for the best itself, and where one of the two has fewer than two values: then nothing can be said.
    /// </summary>
    public double PValue { get; init; } = double.NaN;

    /// <summary>True when it is significantly worse than the best, false when it is not, null when that cannot be said.</summary>
    public bool? IsWorse { get; init; }
}
