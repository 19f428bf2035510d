using MLOps.Statistics;

namespace MLOps.Monitoring;

/// <summary>Runs the tests on every column of a window and decides which columns drifted.</summary>
internal static class DriftDecision
{
    /// <summary>
    /// A column has drifted when it is significant after correction (Bonferroni over its tests with a p-value, Benjamini-Hochberg over the columns) and at
    /// least one of its distances reaches both its floor and what blocks of the baseline show without drift. The result has the order of <paramref name="columns"/>.
    /// </summary>
    public static IReadOnlyList<FeatureDrift> Decide(
        IReadOnlyList<(FeatureProfile Baseline, FeatureSample Current)> columns, IReadOnlyList<IDriftTest> tests, double falseDiscoveryRate)
    {
        var judged = new JudgedColumn[columns.Count];
        Parallel.For(0, judged.Length, i => judged[i] = Judge(columns[i].Baseline, columns[i].Current, tests));
        return Decide(judged, falseDiscoveryRate);
    }

    public static IReadOnlyList<FeatureDrift> Decide(IReadOnlyList<JudgedColumn> columns, double falseDiscoveryRate)
    {
        var results = columns.Select(c => Raised(c.Profile, c.Results)).ToArray();
        var adjusted = MultipleTesting.BenjaminiHochberg([.. results.Select(Smallest)]);
        return [.. columns.Select((column, i) => column.Description with
        {
            Tests = results[i],
            AdjustedPValue = adjusted[i],
            Effect = Effect(results[i]),
            Drifted = adjusted[i] <= falseDiscoveryRate && results[i].Any(r => r.IsLarge()),
            Cause = results[i].Any(r => r.IsLarge()) ? column.Description.Cause : DriftCause.None,
        })];
    }

    public static JudgedColumn Judge(FeatureProfile baseline, FeatureSample current, IReadOnlyList<IDriftTest> tests) =>
        new(baseline, current, Compare(baseline, current, tests), Describe(baseline, current));

    /// <summary>What became of a column, without a judgement.</summary>
    public static FeatureDrift Describe(FeatureProfile baseline, FeatureSample current) => new()
    {
        Name = current.Name,
        Kind = current.Kind,
        Importance = baseline.Importance,
        Missing = current.Missing,
        Explanation = ColumnExplanation.Of(baseline, current),
        Cause = ColumnCause.Of(baseline, current),
        Moved = ColumnMoves.Of(baseline, current),
        Counts = current.Counts,
    };

    public static DriftTestResult[] Compare(FeatureProfile baseline, FeatureSample current, IReadOnlyList<IDriftTest> tests) =>
        [.. tests.Where(t => t.Supports(current.Kind)).Select(t => t.Compare(baseline, current))];

    /// <summary>The smallest p-value of some tests, times their number.</summary>
    public static double Smallest(DriftTestResult[] results)
    {
        // NaN from a foreign test says nothing, and counts as nothing found.
        var pValues = results.Where(r => r.PValue is not null).Select(r => r.PValue is >= 0 and <= 1 ? r.PValue.Value : 1).ToArray();
        return pValues.Length == 0 ? 1 : Math.Min(1, pValues.Min() * pValues.Length);
    }

    private static DriftTestResult[] Raised(FeatureProfile baseline, DriftTestResult[] results) =>
        [.. results.Select(r => r.EffectFloor is { } floor && NullBlocks.Limit(baseline, r.Test) is { } limit && limit > floor ? r with { EffectFloor = limit } : r)];

    // How many times its floor the largest distance is.
    private static double Effect(DriftTestResult[] results) =>
        results.Where(r => r.EffectFloor > 0 && double.IsFinite(r.Statistic)).Select(r => r.Statistic / r.EffectFloor!.Value).DefaultIfEmpty(0).Max();
}
