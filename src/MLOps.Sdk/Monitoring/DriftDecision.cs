using MLOps.Statistics;

namespace MLOps.Monitoring;

/// <summary>Runs the tests on every column of a window and decides which columns drifted.</summary>
internal static class DriftDecision
{
    /// <summary>
    /// A column has drifted when it is significant after correction (Bonferroni over its tests with a p-value, Benjamini-Hochberg over the columns) and at
    /// least one of its effects reaches its floor. The result has the order of <paramref name="columns"/>.
    /// </summary>
    public static IReadOnlyList<FeatureDrift> Decide(
        IReadOnlyList<(FeatureProfile Baseline, FeatureSample Current)> columns, IReadOnlyList<IDriftTest> tests, double falseDiscoveryRate)
    {
        var results = columns.Select(c => tests.Where(t => t.Supports(c.Current.Kind)).Select(t => t.Compare(c.Baseline, c.Current)).ToArray()).ToArray();
        var adjusted = MultipleTesting.BenjaminiHochberg([.. results.Select(Smallest)]);
        return [.. columns.Select((column, i) => new FeatureDrift
        {
            Name = column.Current.Name,
            Kind = column.Current.Kind,
            Tests = results[i],
            AdjustedPValue = adjusted[i],
            Drifted = adjusted[i] <= falseDiscoveryRate && results[i].Any(r => r.IsLarge()),
            Missing = column.Current.Numbers.Length + column.Current.Categories.Length - ColumnCounts.Present(column.Current),
            Explanation = ColumnExplanation.Of(column.Baseline, column.Current),
            Counts = ColumnCounts.Of(column.Baseline, column.Current),
        })];
    }

    private static double Smallest(DriftTestResult[] results)
    {
        // NaN from a foreign test says nothing, and counts as nothing found.
        var pValues = results.Where(r => r.PValue is not null).Select(r => r.PValue is >= 0 and <= 1 ? r.PValue.Value : 1).ToArray();
        return pValues.Length == 0 ? 1 : Math.Min(1, pValues.Min() * pValues.Length);
    }
}
