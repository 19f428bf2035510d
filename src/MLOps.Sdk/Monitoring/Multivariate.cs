using MLOps.Statistics;

namespace MLOps.Monitoring;

/// <summary>Whether the columns together moved, though perhaps none did alone.</summary>
internal static class Multivariate
{
    public const string Reconstruction = "pca", Classifier = "classifier", Discrepancy = "mmd";
    private const int MostRows = 2_000, FewestRows = 100, MostColumns = 100;
    private const double LargestArea = 0.6, ErrorFloor = 1.1;
    private const ulong Seed = 20_120_301;

    /// <summary>
    /// Three looks at all columns at once: the mean reconstruction error of the baseline's principal components (as a multiple of the baseline's; beside what blocks of the baseline show);
    /// the area under the curve with which boosted trees tell window from baseline, on rows they did not learn from, and the maximum mean discrepancy.
    /// </summary>
    public static IReadOnlyList<DriftTestResult> Compare(Baseline baseline, IReadOnlyList<FeatureColumn> window)
    {
        // Rows can be put together only while every column has all of them.
        if (window.Count == 0 || window.Any(c => c.Rows != window[0].Rows)) return [];
        var all = Chosen(baseline.Features);
        var features = all.Where(f => window.Any(c => c.Name == f.Name && c.Kind == f.Kind)).ToArray();
        if (features.Length < 2 || features.Any(f => f.Sample.Count != features[0].Sample.Count)) return [];
        // Blocks were measured over all of these columns, and compare only with the same.
        var nulls = features.Length == all.Length ? baseline.NullTogether : new Dictionary<string, IReadOnlyList<double>>();
        return Compare(ColumnMatrix.Of(features), ColumnMatrix.Of(features, window, ColumnProfile.SampleRows(window[0].Rows, MostRows)), nulls);
    }

    /// <param name="before">The baseline's rows, column by column.</param>
    /// <param name="after">The window's.</param>
    /// <param name="nulls">What blocks of the baseline show.</param>
    public static IReadOnlyList<DriftTestResult> Compare(double[][] before, double[][] after, IReadOnlyDictionary<string, IReadOnlyList<double>> nulls)
    {
        var kept = ColumnProfile.SampleRows(before[0].Length, MostRows);
        before = [.. before.Select(column => kept.Select(row => column[row]).ToArray())];
        if (before[0].Length < FewestRows || after[0].Length < FewestRows) return [];
        return
        [
            .. new[] { Reconstructed(before, after), Told(before, after), Discrepant(before, after) }.OfType<DriftTestResult>()
                .Select(r => r.EffectFloor is { } floor && nulls.TryGetValue(r.Test, out var distances) && NullBlocks.Limit(distances) is { } limit && limit > floor ? r with { EffectFloor = limit } : r),
        ];
    }

    /// <summary>The columns that are looked at together: the most important hundred, in their order. The cost grows with the cube of their number.</summary>
    public static FeatureProfile[] Chosen(IReadOnlyList<FeatureProfile> features) => features.Count <= MostColumns
        ? [.. features]
        : [.. features.Select((f, i) => (Feature: f, Place: i)).OrderByDescending(f => f.Feature.Importance ?? 0).ThenBy(f => f.Place).Take(MostColumns).OrderBy(f => f.Place).Select(f => f.Feature)];

    /// <summary>As many rows as are compared.</summary>
    public static ReadOnlySpan<int> Some(ReadOnlySpan<int> rows)
    {
        if (rows.Length <= MostRows) return rows;
        var some = ColumnProfile.SampleRows(rows.Length, MostRows);
        for (var i = 0; i < some.Length; i++) some[i] = rows[some[i]];
        return some;
    }

    /// <summary>Whether one of them says so: the classifier's lower bound above 0.6, or the error above its floor and its blocks, and not by chance.</summary>
    public static bool HasDrifted(IReadOnlyList<DriftTestResult> results, double falseDiscoveryRate) =>
        results.Any(r => r.IsLarge() && (r.PValue is not { } p || p <= falseDiscoveryRate));

    private static DriftTestResult? Reconstructed(double[][] before, double[][] after)
    {
        if (Components(before) is not { } components) return null;
        Moments was = components.ReconstructionErrors(ColumnMatrix.Rows(before)), now = components.ReconstructionErrors(ColumnMatrix.Rows(after));
        return was.Count < FewestRows || now.Count < FewestRows || !(was.Mean > 0) ? null : new(Reconstruction, now.Mean / was.Mean, TwoSample.WelchT(was, now).PValue, ErrorFloor);
    }

    private static DriftTestResult? Told(double[][] before, double[][] after)
    {
        int n = before[0].Length, m = after[0].Length;
        var order = Enumerable.Range(0, n + m).ToArray();
        new SplitMixShuffle(Seed).Shuffle<int>(order);
        var (learned, asked) = (order[..((n + m) / 2)], order[((n + m) / 2)..]);
        var trees = BoostedTrees.Fit(Pick(learned), [.. learned.Select(i => i < n ? 0.0 : 1.0)], isProbability: true, trees: 20);
        var area = DeLong.Auc([.. asked.Select(i => i >= n)], trees.Predict(Pick(asked)), confidence: 0.99);
        // What is held against the floor is what the area certainly reaches.
        return double.IsNaN(area.Lower) ? null : new(Classifier, area.Lower, null, LargestArea);

        double[][] Pick(int[] rows) => [.. before.Zip(after, (b, a) => rows.Select(i => i < n ? b[i] : a[i - n]).ToArray())];
    }

    // A fixed floor has no meaning for this distance: it is told beside the others and decides nothing.
    private static DriftTestResult? Discrepant(double[][] before, double[][] after)
    {
        // Its rows must be in no order, and these are in time's.
        var result = TwoSample.MaximumMeanDiscrepancyLinear(ColumnMatrix.Rows(Shuffled(before)), ColumnMatrix.Rows(Shuffled(after)), before.Length);
        return result.IsConclusive && Math.Min(result.ReferenceCount, result.CurrentCount) >= FewestRows ? new(Discrepancy, result.Statistic, result.PValue, null) : null;
    }

    private static double[][] Shuffled(double[][] columns)
    {
        var order = Enumerable.Range(0, columns[0].Length).ToArray();
        new SplitMixShuffle(Seed).Shuffle<int>(order);
        return [.. columns.Select(column => order.Select(row => column[row]).ToArray())];
    }

    private static PrincipalComponents? Components(double[][] columns)
    {
        var rows = ColumnMatrix.Rows(columns);
        var whole = 0;
        for (var at = 0; at < rows.Length; at += columns.Length) whole += IsWhole(rows.AsSpan(at, columns.Length)) ? 1 : 0;
        return whole < 2 ? null : PrincipalComponents.Fit(rows, columns.Length);
    }

    // Beyond this the squares overflow.
    private static bool IsWhole(ReadOnlySpan<double> row)
    {
        foreach (var value in row)
            if (!(Math.Abs(value) < 1e100)) return false;
        return true;
    }
}
