namespace MLOps.Statistics;

/// <summary>Whether scores mean what they say: of the rows scored about 0.8, are about 80 % positive?</summary>
/// <remarks>
/// Expected calibration error (Naeini, Cooper and Hauskrecht 2015): the mean over rows of |mean score - share of positives| of their bin; the maximum calibration error is the largest
/// such gap. Empty bins take no part. Scores outside 0..1 fall into the end bins; NaN is left out. Without rows both are NaN.
/// </remarks>
/// <example><code>
/// var calibration = Calibration.EqualWidth([true, false, true, true], [0.2, 0.2, 0.9, 0.9], bins: 10);
/// double error = calibration.ExpectedError;    // 0.2 = (2 * |0.2 - 0.5| + 2 * |0.9 - 1|) / 4
/// </code></example>
public sealed class Calibration
{
    internal Calibration(CalibrationBin[] bins) => Bins = bins;

    /// <summary>The bins from the lowest scores to the highest: the reliability diagram.</summary>
    public IReadOnlyList<CalibrationBin> Bins { get; }

    /// <summary>The expected calibration error, 0..1; NaN without rows.</summary>
    public double ExpectedError => Bins.Sum(b => b.Count == 0 ? 0 : b.Count * Gap(b)) / Bins.Sum(b => b.Count);

    /// <summary>The maximum calibration error, 0..1; NaN without rows.</summary>
    public double MaximumError => Bins.Where(b => b.Count > 0).Select(Gap).DefaultIfEmpty(double.NaN).Max();

    /// <summary>Bins of equal width: bin i of b holds scores in [i/b, (i+1)/b), the last one 1 as well. O(n).</summary>
    /// <param name="truths">Whether each row was positive.</param>
    /// <param name="scores">The score of each row, in the same order.</param>
    /// <param name="bins">How many, at least 1; 10 by default.</param>
    /// <exception cref="MLOpsInvalidException">The lengths differ, or the number of bins is below 1.</exception>
    public static Calibration EqualWidth(ReadOnlySpan<bool> truths, ReadOnlySpan<double> scores, int bins = 10)
    {
        Check(truths, scores, bins);
        var sums = new (long Count, double Scores, long Positives)[bins];
        for (var i = 0; i < scores.Length; i++)
        {
            if (double.IsNaN(scores[i])) continue;
            ref var bin = ref sums[Math.Min((int)(Math.Clamp(scores[i], 0, 1) * bins), bins - 1)];
            bin = (bin.Count + 1, bin.Scores + scores[i], bin.Positives + (truths[i] ? 1 : 0));
        }

        return Of(sums);
    }

    /// <summary>Bins of equal numbers of rows after a stable sort by score: bin i of b holds the rows from floor(i n / b) to floor((i+1) n / b), exclusive. Ties may part. O(n log n).</summary>
    /// <param name="truths">Whether each row was positive.</param>
    /// <param name="scores">The score of each row, in the same order.</param>
    /// <param name="bins">How many, at least 1; 10 by default.</param>
    /// <exception cref="MLOpsInvalidException">The lengths differ, or the number of bins is below 1.</exception>
    public static Calibration EqualFrequency(ReadOnlySpan<bool> truths, ReadOnlySpan<double> scores, int bins = 10)
    {
        Check(truths, scores, bins);
        var rows = new List<(double Score, bool Truth)>(scores.Length);
        for (var i = 0; i < scores.Length; i++)
        {
            if (!double.IsNaN(scores[i])) rows.Add((scores[i], truths[i]));
        }

        var sums = new (long Count, double Scores, long Positives)[bins];
        var row = 0L;
        foreach (var (score, truth) in rows.OrderBy(r => r.Score))
        {
            row++;
            ref var bin = ref sums[(row * bins - 1) / rows.Count];
            bin = (bin.Count + 1, bin.Scores + score, bin.Positives + (truth ? 1 : 0));
        }

        return Of(sums);
    }

    private static void Check(ReadOnlySpan<bool> truths, ReadOnlySpan<double> scores, int bins)
    {
        Rows.Same(truths.Length, scores.Length, "scores");
        if (bins < 1) throw new MLOpsInvalidException($"bins is {bins}: it must be at least 1.");
    }

    private static Calibration Of((long Count, double Scores, long Positives)[] sums) =>
        new([.. sums.Select(s => new CalibrationBin(s.Count, s.Scores / s.Count, s.Positives / (double)s.Count))]);

    private static double Gap(CalibrationBin bin) => Math.Abs(bin.MeanScore - bin.PositiveRate);
}
