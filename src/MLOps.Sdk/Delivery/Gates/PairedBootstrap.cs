using MLOps.Statistics;

namespace MLOps.Delivery;

/// <summary>Bounds on the mean of per-row differences, by drawing rows anew in circular blocks.</summary>
internal static class PairedBootstrap
{
    /// <summary>The one-sided lower and upper bound at the wanted confidence.</summary>
    public static (double Lower, double Upper) Bounds(double[] differences, MetricGateOptions options)
    {
        var bounds = Quantile.Of(Means(differences, options), [1 - options.Confidence, options.Confidence]);
        return (bounds[0], bounds[1]);
    }

    /// <summary>How probable a mean as low as the observed one is when the true one is 0 or more: the share of resampled means that are, one counted in advance (Davison and Hinkley 1997, 4.11).</summary>
    public static double PValueBelowZero(double[] differences, MetricGateOptions options) =>
        (1.0 + Means(differences, options).Count(m => m >= 0)) / (1 + options.Resamples);

    private static double[] Means(double[] differences, MetricGateOptions options)
    {
        int rows = differences.Length, block = Math.Min(options.BlockLength, rows), blocks = (rows + block - 1) / block;
        // sums[i] holds the sum of the block that begins at row i and wraps around at the end (Politis and Romano 1992).
        var sums = new double[rows];
        for (var i = 0; i < rows; i++)
            for (var j = 0; j < block; j++) sums[i] += differences[(i + j) % rows];

        var random = new SplitMix(options.Seed);
        var means = new double[options.Resamples];
        for (var r = 0; r < means.Length; r++)
        {
            var sum = 0.0;
            for (var b = 0; b < blocks; b++) sum += sums[random.Below((ulong)rows)];
            means[r] = sum / ((double)blocks * block);
        }

        return means;
    }
}
