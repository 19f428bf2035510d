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
        var results = new DriftTestResult[columns.Count][];
        Parallel.For(0, columns.Count, i => results[i] = Raised(columns[i].Baseline, Compare(columns[i].Baseline, columns[i].Current, tests)));
        var adjusted = MultipleTesting.BenjaminiHochberg([.. results.Select(Smallest)]);
        return [.. columns.Select((column, i) => new FeatureDrift
        {
            Name = column.Current.Name,
            Kind = column.Current.Kind,
            Tests = results[i],
            AdjustedPValue = adjusted[i],
            Effect = Effect(results[i]),
            Importance = column.Baseline.Importance,
            Drifted = adjusted[i] <= falseDiscoveryRate && results[i].Any(r => r.IsLarge()),
            Missing = column.Current.Missing,
            Explanation = ColumnExplanation.Of(column.Baseline, column.Current),
            Cause = results[i].Any(r => r.IsLarge()) ? ColumnCause.Of(column.Baseline, column.Current) : DriftCause.None,
            Moved = ColumnMoves.Of(column.Baseline, column.Current),
            Counts = column.Current.Counts,
        })];
    }

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
