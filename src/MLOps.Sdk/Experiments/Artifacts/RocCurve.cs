namespace MLOps.Experiments;

/// <summary>The receiver operating characteristic: at every threshold, the share of negatives and of positives above it.</summary>
static class RocCurve
{
    /// <summary>O(n log n). Rows of one score are one threshold. The area is exact, whatever points are left out of the curve.</summary>
    public static (double[] FalsePositives, double[] TruePositives, double Area) Of(ReadOnlySpan<bool> truths, ReadOnlySpan<double> scores, int most)
    {
        if (truths.Length != scores.Length) throw new MLOpsInvalidException($"There are {truths.Length} truths and {scores.Length} scores: each row has both.");
        var (keys, order) = (scores.ToArray(), truths.ToArray());
        for (var i = 0; i < keys.Length; i++)
            if (double.IsNaN(keys[i])) throw new MLOpsInvalidException($"The score at position {i} is NaN.");
        Array.Sort(keys, order);
        var positives = order.Count(t => t);
        var negatives = order.Length - positives;
        if (positives == 0 || negatives == 0) throw new MLOpsInvalidException($"A ROC curve needs rows of both classes; there are {positives} true and {negatives} false ones.");
        List<(int False, int True)> corners = [(0, 0)];
        var (hits, misses) = (0, 0);
        for (var i = keys.Length - 1; i >= 0; i--)
        {
            if (order[i]) hits++;
            else misses++;
            if (i == 0 || keys[i - 1] != keys[i]) corners.Add((misses, hits));
        }

        // Twice the area in whole numbers, trapezium by trapezium.
        Int128 twice = 0;
        for (var i = 1; i < corners.Count; i++) twice += (Int128)(corners[i].False - corners[i - 1].False) * (corners[i].True + corners[i - 1].True);
        var kept = corners.Count <= most ? corners : [.. Enumerable.Range(0, most).Select(i => corners[(int)((long)i * (corners.Count - 1) / (most - 1))])];
        return ([.. kept.Select(c => (double)c.False / negatives)], [.. kept.Select(c => (double)c.True / positives)], (double)twice / (2.0 * positives * negatives));
    }
}
