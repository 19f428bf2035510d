namespace MLOps.Statistics;

/// <summary>How good the order of a list of answers is. Each metric takes one query; <see cref="Mean"/> averages over queries (MAP, MRR, mean NDCG).</summary>
/// <remarks>
/// The answers are sorted by falling score, equal scores in the order given (stable), so that results are repeatable; a NaN score comes last. A query without any relevant
/// answer has no defined quality: NaN, which <see cref="Mean"/> leaves out. O(n log n).
/// </remarks>
/// <example><code>
/// double ndcg = Ranking.Ndcg([3, 2, 0, 1], [0.9, 0.7, 0.8, 0.1], k: 3);
/// double map = Ranking.Mean([Ranking.AveragePrecision([true, false], [0.9, 0.1]), Ranking.AveragePrecision([true, false], [0.1, 0.9])]);    // 0.75 = (1 + 0.5) / 2
/// double first = Ranking.ReciprocalRank([false, true], [0.9, 0.8]);    // 0.5: the second answer
/// double precision = Ranking.PrecisionAt([false, true, true], [0.9, 0.8, 0.1], k: 2);    // 0.5
/// </code></example>
public static class Ranking
{
    /// <summary>
    /// Normalised discounted cumulative gain at k (Järvelin and Kekäläinen 2002): the sum over the first k answers of gain / log2(1 + place), divided by that of the best order; 0..1.
    /// </summary>
    /// <param name="gains">How good each answer is, at least 0 (for exponential gain pass 2^relevance - 1).</param>
    /// <param name="scores">The score of each answer, in the same order.</param>
    /// <param name="k">How many answers count, at least 1; all by default.</param>
    /// <exception cref="MLOpsInvalidException">The lengths differ, a gain is below 0 or NaN, or k is below 1.</exception>
    public static double Ndcg(ReadOnlySpan<double> gains, ReadOnlySpan<double> scores, int k = int.MaxValue)
    {
        Rows.Same(gains.Length, scores.Length, "scores");
        foreach (var gain in gains)
        {
            if (!(gain >= 0)) throw new MLOpsInvalidException($"A gain is {gain}: it must be at least 0.");
        }

        var ideal = Discounted(gains, Order(gains), Checked(k));
        return ideal == 0 ? double.NaN : Discounted(gains, Order(scores), k) / ideal;
    }

    /// <summary>Average precision of one query: the mean over its relevant answers of the precision at their place; 0..1.</summary>
    /// <param name="relevant">Whether each answer is relevant.</param>
    /// <param name="scores">The score of each answer, in the same order.</param>
    /// <exception cref="MLOpsInvalidException">The lengths differ.</exception>
    public static double AveragePrecision(ReadOnlySpan<bool> relevant, ReadOnlySpan<double> scores)
    {
        Rows.Same(relevant.Length, scores.Length, "scores");
        var order = Order(scores);
        double sum = 0, hits = 0;
        for (var place = 0; place < order.Length; place++)
        {
            if (relevant[order[place]]) sum += ++hits / (place + 1);
        }

        return sum / (hits == 0 ? double.NaN : hits);
    }

    /// <summary>1 / place of the first relevant answer; 0..1.</summary>
    /// <param name="relevant">Whether each answer is relevant.</param>
    /// <param name="scores">The score of each answer, in the same order.</param>
    /// <exception cref="MLOpsInvalidException">The lengths differ.</exception>
    public static double ReciprocalRank(ReadOnlySpan<bool> relevant, ReadOnlySpan<double> scores)
    {
        Rows.Same(relevant.Length, scores.Length, "scores");
        var order = Order(scores);
        for (var place = 0; place < order.Length; place++)
        {
            if (relevant[order[place]]) return 1.0 / (place + 1);
        }

        return double.NaN;
    }

    /// <summary>The share of relevant answers among the first k; a list shorter than k counts as if filled with irrelevant ones. 0 (not NaN) when none is relevant.</summary>
    /// <param name="relevant">Whether each answer is relevant.</param>
    /// <param name="scores">The score of each answer, in the same order.</param>
    /// <param name="k">How many answers count, at least 1.</param>
    /// <exception cref="MLOpsInvalidException">The lengths differ or k is below 1.</exception>
    public static double PrecisionAt(ReadOnlySpan<bool> relevant, ReadOnlySpan<double> scores, int k)
    {
        Rows.Same(relevant.Length, scores.Length, "scores");
        var order = Order(scores);
        var hits = 0;
        for (var place = 0; place < Math.Min(Checked(k), order.Length); place++) hits += relevant[order[place]] ? 1 : 0;
        return (double)hits / k;
    }

    /// <summary>The mean over queries, those without a defined quality (NaN) left out; NaN when none has one.</summary>
    /// <param name="queries">The metric of each query.</param>
    public static double Mean(ReadOnlySpan<double> queries)
    {
        var moments = Moments.Of(queries);
        return moments.Count == 0 ? double.NaN : moments.Mean;
    }

    private static int Checked(int k) => k >= 1 ? k : throw new MLOpsInvalidException($"k is {k}: it must be at least 1.");

    private static double Discounted(ReadOnlySpan<double> gains, int[] order, int k)
    {
        var sum = 0.0;
        for (var place = 0; place < Math.Min(k, order.Length); place++) sum += gains[order[place]] / Math.Log2(place + 2);
        return sum;
    }

    // NaN compares below every number, so that it comes last.
    private static int[] Order(ReadOnlySpan<double> scores)
    {
        var keys = scores.ToArray();
        return [.. Enumerable.Range(0, keys.Length).OrderByDescending(i => keys[i])];
    }
}
