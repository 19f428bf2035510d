namespace MLOps.Statistics;

/// <summary>Areas and gaps of ranked scores: one pass over the sorted scores of both classes, from the highest down.</summary>
internal readonly record struct ScoreSweep(double Auc, double AveragePrecision, double Separation)
{
    public static ScoreSweep Of(ReadOnlySpan<double> positives, ReadOnlySpan<double> negatives)
    {
        int p = positives.Length, n = negatives.Length;
        // The negatives that each positive beats, doubled, ties once: a whole number, so that the area is exact.
        Int128 twice = 0;
        double precision = 0, gap = 0;
        while (p > 0 || n > 0)
        {
            var score = p > 0 && (n == 0 || positives[p - 1] >= negatives[n - 1]) ? positives[p - 1] : negatives[n - 1];
            int tiedPositives = 0, tiedNegatives = 0;
            while (p > 0 && positives[p - 1] == score) (p, tiedPositives) = (p - 1, tiedPositives + 1);
            while (n > 0 && negatives[n - 1] == score) (n, tiedNegatives) = (n - 1, tiedNegatives + 1);
            twice += (Int128)tiedPositives * (2L * n + tiedNegatives);
            int hits = positives.Length - p, misses = negatives.Length - n;
            precision += tiedPositives * ((double)hits / ((double)hits + misses));
            gap = Math.Max(gap, Math.Abs((double)hits / positives.Length - (double)misses / negatives.Length));
        }

        var both = !positives.IsEmpty && !negatives.IsEmpty;
        return new(
            both ? (double)twice / (2.0 * positives.Length * negatives.Length) : double.NaN,
            positives.IsEmpty ? double.NaN : precision / positives.Length,
            both ? gap : double.NaN);
    }
}
