namespace MLOps.Statistics;

/// <summary>For each row the share of the other class's rows that it is rightly ranked against: the parts that an area's variance is made of.</summary>
internal sealed record AucPlacements(double[] OfPositives, double[] OfNegatives)
{
    public double Auc => OfPositives.Length == 0 || OfNegatives.Length == 0 ? double.NaN : OfPositives.Average();

    /// <summary>Of the scores, over the rows in which neither they nor the others are NaN.</summary>
    public static AucPlacements Of(ReadOnlySpan<bool> truths, ReadOnlySpan<double> scores, ReadOnlySpan<double> others)
    {
        List<double> positives = [], negatives = [];
        for (var i = 0; i < truths.Length; i++)
        {
            if (!double.IsNaN(scores[i]) && !double.IsNaN(others[i])) (truths[i] ? positives : negatives).Add(scores[i]);
        }

        double[] x = [.. positives], y = [.. negatives];
        double[] among = Ranks.Mid([.. x, .. y]), own = Ranks.Mid(x), ownNegative = Ranks.Mid(y);
        for (var i = 0; i < x.Length; i++) x[i] = (among[i] - own[i]) / y.Length;
        for (var j = 0; j < y.Length; j++) y[j] = 1 - (among[x.Length + j] - ownNegative[j]) / x.Length;
        return new(x, y);
    }

    public static double Covariance(AucPlacements a, AucPlacements b) =>
        Covariance(a.OfPositives, b.OfPositives) / a.OfPositives.Length + Covariance(a.OfNegatives, b.OfNegatives) / a.OfNegatives.Length;

    private static double Covariance(double[] a, double[] b)
    {
        if (a.Length < 2) return double.NaN;
        double meanA = a.Average(), meanB = b.Average(), sum = 0;
        for (var i = 0; i < a.Length; i++) sum += (a[i] - meanA) * (b[i] - meanB);
        return sum / (a.Length - 1);
    }
}
