namespace MLOps.Statistics;

/// <summary>Seeded random relabellings of a pooled sample.</summary>
internal static class Permutation
{
    // Sums of the same numbers in another order differ in their last digits: a statistic that close to the observed one is as extreme.
    private const double Tolerance = 1e-12;

    /// <summary>(1 + relabellings whose statistic is at least that of the given labels) / (1 + relabellings).</summary>
    /// <param name="labels">Which values are the reference's. Changed.</param>
    /// <param name="options">How many, and the seed.</param>
    /// <param name="statistic">The statistic of some labels, larger when more extreme.</param>
    public static double PValue(bool[] labels, PermutationOptions options, Func<bool[], double> statistic)
    {
        var least = Least(statistic(labels));
        var random = new SplitMix(options.Seed);
        var extreme = 0;
        for (var i = 0; i < options.Permutations; i++)
        {
            Shuffle(labels, ref random);
            if (statistic(labels) >= least) extreme++;
        }

        return (1.0 + extreme) / (1.0 + options.Permutations);
    }

    /// <summary>From where on a statistic counts as at least the observed one.</summary>
    public static double Least(double observed) => observed - Tolerance * Math.Abs(observed);

    /// <summary>Every order equally likely (Fisher and Yates).</summary>
    public static void Shuffle(Span<bool> labels, ref SplitMix random)
    {
        for (var i = labels.Length - 1; i > 0; i--)
        {
            var j = (int)random.Below((ulong)i + 1);
            (labels[i], labels[j]) = (labels[j], labels[i]);
        }
    }
}
