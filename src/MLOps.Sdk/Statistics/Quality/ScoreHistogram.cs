namespace MLOps.Statistics;

/// <summary>
/// Scores in 0..1 counted in equal bins per class: a few kilobytes that stand for any number of rows. Histograms of windows merge exactly, in any order, and the merged one gives
/// AUC, Kolmogorov-Smirnov separation and calibration error of all rows.
/// </summary>
/// <remarks>
/// Bin i of b holds scores in [i/b, (i+1)/b), the last one 1 as well. Scores outside 0..1 fall into the end bins; NaN is counted apart. Two rows of one bin are taken
/// as tied, so that the area is off by at most <see cref="AucError"/>. The sum of scores per bin is kept as a whole number of 2^-32, so that merging is exact and the
/// calibration error is right to about 1e-10 (up to 2^31 rows a bin). Adding is O(1) per row and allocates nothing; every metric is O(bins). Not safe for concurrent use.
/// </remarks>
/// <example><code>
/// var monday = new ScoreHistogram();
/// monday.Add([true, false], [0.8, 0.3]);
/// var tuesday = new ScoreHistogram();
/// tuesday.Add([true, false], [0.6, 0.7]);
/// monday.Merge(tuesday);
/// double auc = monday.Auc;              // 0.75
/// </code></example>
public sealed class ScoreHistogram
{
    private const double Unit = 4294967296.0;
    private readonly long[] _positives;
    private readonly long[] _negatives;
    private readonly long[] _sums;

    /// <summary>An empty histogram.</summary>
    /// <param name="bins">The number of bins per class, 2..65,536; 1,000 by default.</param>
    /// <exception cref="MLOpsInvalidException">It is out of range.</exception>
    public ScoreHistogram(int bins = 1000)
    {
        if (bins is < 2 or > 65536) throw new MLOpsInvalidException($"bins is {bins}: it must be 2 to 65,536.");
        (_positives, _negatives, _sums) = (new long[bins], new long[bins], new long[bins]);
    }

    /// <summary>The number of bins per class.</summary>
    public int Bins => _positives.Length;

    /// <summary>Positives per bin, from score 0 up.</summary>
    public ReadOnlySpan<long> Positives => _positives;

    /// <summary>Negatives per bin, from score 0 up.</summary>
    public ReadOnlySpan<long> Negatives => _negatives;

    /// <summary>Rows with a score.</summary>
    public long Count => Sum(_positives) + Sum(_negatives);

    /// <summary>Rows whose score was NaN.</summary>
    public long Skipped { get; private set; }

    /// <summary>Adds one row.</summary>
    public void Add(bool truth, double score)
    {
        if (double.IsNaN(score))
        {
            Skipped++;
            return;
        }

        var clipped = Math.Clamp(score, 0, 1);
        var bin = Math.Min((int)(clipped * _positives.Length), _positives.Length - 1);
        (truth ? _positives : _negatives)[bin]++;
        _sums[bin] += (long)(clipped * Unit + 0.5);
    }

    /// <summary>Adds rows: O(n).</summary>
    /// <param name="truths">Whether each row was positive.</param>
    /// <param name="scores">The score of each row, in the same order.</param>
    /// <exception cref="MLOpsInvalidException">The lengths differ.</exception>
    public void Add(ReadOnlySpan<bool> truths, ReadOnlySpan<double> scores)
    {
        Rows.Same(truths.Length, scores.Length, "scores");
        for (var i = 0; i < truths.Length; i++) Add(truths[i], scores[i]);
    }

    /// <summary>Adds another histogram's rows to this one.</summary>
    /// <exception cref="MLOpsInvalidException">The numbers of bins differ.</exception>
    public void Merge(ScoreHistogram other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Bins != Bins) throw new MLOpsInvalidException($"A histogram of {other.Bins} bins can't be merged into one of {Bins}.");
        for (var i = 0; i < Bins; i++)
        {
            _positives[i] += other._positives[i];
            _negatives[i] += other._negatives[i];
            _sums[i] += other._sums[i];
        }

        Skipped += other.Skipped;
    }

    /// <summary>The area under the ROC curve, rows of one bin taken as tied; NaN when a class is missing.</summary>
    public double Auc
    {
        get
        {
            double below = 0, twice = 0;
            for (var i = 0; i < Bins; i++)
            {
                twice += _positives[i] * (2 * below + _negatives[i]);
                below += _negatives[i];
            }

            return twice / (2 * (double)Sum(_positives) * below);
        }
    }

    /// <summary>The most that <see cref="Auc"/> can be off from the area of the exact scores: half of the share of pairs that fall into one bin. NaN when a class is missing.</summary>
    public double AucError
    {
        get
        {
            var together = 0.0;
            for (var i = 0; i < Bins; i++) together += (double)_positives[i] * _negatives[i];
            return together / (2 * (double)Sum(_positives) * Sum(_negatives));
        }
    }

    /// <summary>The largest gap between the classes' distribution functions at bin borders, 0..1: at most the Kolmogorov-Smirnov statistic of the exact scores. NaN when a class is missing.</summary>
    public double Separation
    {
        get
        {
            double positives = Sum(_positives), negatives = Sum(_negatives), p = 0, n = 0, gap = 0;
            if (positives == 0 || negatives == 0) return double.NaN;
            for (var i = 0; i < Bins; i++)
            {
                p += _positives[i];
                n += _negatives[i];
                gap = Math.Max(gap, Math.Abs(p / positives - n / negatives));
            }

            return gap;
        }
    }

    /// <summary>The confusion counts at a threshold, rounded down to a bin border: exact when it is one.</summary>
    /// <param name="threshold">0..1.</param>
    /// <exception cref="MLOpsInvalidException">It is not.</exception>
    public ConfusionCounts At(double threshold)
    {
        if (threshold is not (>= 0 and <= 1)) throw new MLOpsInvalidException($"threshold is {threshold}: it must be 0 to 1.");
        var from = Math.Min((int)(threshold * Bins), Bins - 1);
        long tp = Sum(_positives.AsSpan(from)), fp = Sum(_negatives.AsSpan(from));
        return new(tp, fp, Sum(_negatives) - fp, Sum(_positives) - tp);
    }

    /// <summary>Calibration in equally wide bins, which are groups of this histogram's: see <see cref="MLOps.Statistics.Calibration"/>.</summary>
    /// <param name="bins">How many; must divide <see cref="Bins"/>.</param>
    /// <exception cref="MLOpsInvalidException">It does not.</exception>
    public Calibration Calibration(int bins = 10)
    {
        if (bins < 1 || Bins % bins != 0) throw new MLOpsInvalidException($"bins is {bins}: it must divide the histogram's {Bins} bins.");
        var result = new CalibrationBin[bins];
        var width = Bins / bins;
        for (var i = 0; i < bins; i++)
        {
            long positives = Sum(_positives.AsSpan(i * width, width)), count = positives + Sum(_negatives.AsSpan(i * width, width));
            Int128 sum = 0;
            foreach (var part in _sums.AsSpan(i * width, width)) sum += part;
            result[i] = new(count, (double)sum / Unit / count, positives / (double)count);
        }

        return new(result);
    }

    private static long Sum(ReadOnlySpan<long> counts)
    {
        var sum = 0L;
        foreach (var count in counts) sum += count;
        return sum;
    }
}
