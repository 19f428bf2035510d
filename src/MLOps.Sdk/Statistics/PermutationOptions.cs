namespace MLOps.Statistics;

/// <summary>How many random relabellings a permutation test looks at.</summary>
public sealed record PermutationOptions
{
    /// <summary>
    /// The number of relabellings, 19..1,000,000; 999 by default. p is (1 + those at least as extreme as the data) / (1 + all), so that it is never 0 and the level is kept exactly;
    /// its smallest value is 1 / (1 + this).
    /// </summary>
    public int Permutations { get; init; } = 999;

    /// <summary>Where the random sequence starts; 0 by default. The same seed and the same values give the same p on every machine.</summary>
    public ulong Seed { get; init; }

    internal static PermutationOptions Default { get; } = new();

    internal PermutationOptions Checked() => Permutations is >= 19 and <= 1_000_000
        ? this
        : throw new MLOpsInvalidException($"Permutations is {Permutations}: it must be 19 to 1,000,000.");
}
