using MLOps.Statistics;

namespace MLOps.Monitoring;

/// <summary>How much a model's answers hang on each column.</summary>
internal static class FeatureImportance
{
    private const ulong Seed = 20_010_805;

    /// <summary>
    /// Permutation importance (Breiman 2001) on a stand-in: boosted trees learn the answers from the columns; a column is worth what their squared error grows by when it is shuffled.
    /// Null when the columns don't tell the answers (the stand-in explains less than a tenth of their variance).
    /// </summary>
    public static double[]? Measure(double[][] columns, double[] answers)
    {
        var rows = Enumerable.Range(0, answers.Length).Where(i => double.IsFinite(answers[i])).ToArray();
        if (rows.Length < 50 || columns.Length == 0) return null;
        var x = columns.Select(c => rows.Select(r => c[r]).ToArray()).ToArray();
        var y = rows.Select(r => answers[r]).ToArray();
        var trees = BoostedTrees.Fit(x, y, isProbability: false);
        var error = Error(trees.Predict(x), y);
        if (!(error < 0.9 * Moments.Of(y).Variance(0))) return null;
        var random = new SplitMixShuffle(Seed);
        var growth = x.Select((column, c) =>
        {
            var shuffled = column.ToArray();
            random.Shuffle<double>(shuffled);
            return Math.Max(0, Error(trees.Predict([.. x.Select((other, i) => i == c ? shuffled : other)]), y) - error);
        }).ToArray();
        return Shares(growth);
    }

    /// <summary>Worths as shares of their sum; null when there is none.</summary>
    public static double[]? Shares(double[] worths) => worths.Sum() is > 0 and < double.PositiveInfinity and var sum ? [.. worths.Select(w => w / sum)] : null;

    private static double Error(double[] answers, double[] truths)
    {
        var sum = 0.0;
        for (var i = 0; i < answers.Length; i++) sum += (answers[i] - truths[i]) * (answers[i] - truths[i]);
        return sum / answers.Length;
    }
}
