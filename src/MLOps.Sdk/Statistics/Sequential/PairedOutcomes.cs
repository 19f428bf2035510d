namespace MLOps.Statistics;

/// <summary>Two models on the same rows, each right or wrong: the four ways in which they agree and differ. Mergeable.</summary>
/// <remarks>Only the rows on which they differ tell the models apart. Without rows everything is NaN.</remarks>
/// <example><code>
/// var pairs = new PairedOutcomes(Both: 36, OnlyCandidate: 12, OnlyChampion: 2, Neither: 0);
/// Interval gain = pairs.Difference();                   // 0.2, 0.0569..0.3404 (Newcombe 1998)
/// bool notWorse = pairs.IsNonInferior(margin: 0.02);    // true
/// double p = pairs.McNemar().PValue;                    // 0.0129...
/// </code></example>
/// <param name="Both">Rows that both had right.</param>
/// <param name="OnlyCandidate">Rows that only the candidate had right.</param>
/// <param name="OnlyChampion">Rows that only the champion had right.</param>
/// <param name="Neither">Rows that neither had right.</param>
public readonly record struct PairedOutcomes(long Both, long OnlyCandidate, long OnlyChampion, long Neither)
{
    /// <summary>Counts rows: O(n), allocates nothing.</summary>
    /// <param name="candidate">Whether the candidate was right on each row.</param>
    /// <param name="champion">Whether the champion was, in the same order.</param>
    /// <exception cref="MLOpsInvalidException">The lengths differ.</exception>
    public static PairedOutcomes Of(ReadOnlySpan<bool> candidate, ReadOnlySpan<bool> champion)
    {
        Rows.Same(candidate.Length, champion.Length, "outcomes of the champion");
        Span<long> cells = stackalloc long[4];
        for (var i = 0; i < candidate.Length; i++) cells[(candidate[i] ? 2 : 0) + (champion[i] ? 1 : 0)]++;
        return new(cells[3], cells[2], cells[1], cells[0]);
    }

    /// <summary>All rows.</summary>
    public long Count => Both + OnlyCandidate + OnlyChampion + Neither;

    /// <summary>
    /// The candidate's share of right rows minus the champion's, with Newcombe's interval for paired shares (Newcombe 1998, "Improved confidence intervals for the difference between
    /// binomial proportions based on paired data", method 10): Wilson's limits of both, joined by the continuity-corrected correlation. O(1).
    /// </summary>
    /// <param name="confidence">Between 0 and 1; 0.95 by default.</param>
    /// <exception cref="MLOpsInvalidException">A count is below 0 or the confidence is out of range.</exception>
    public Interval Difference(double confidence = 0.95)
    {
        Check();
        Interval a = Proportion.Wilson(Both + OnlyCandidate, Count, confidence), b = Proportion.Wilson(Both + OnlyChampion, Count, confidence);
        if (Count == 0) return Interval.Unknown(confidence);
        double phi = Phi(), below = a.Estimate - a.Lower, above = a.Upper - a.Estimate, otherBelow = b.Estimate - b.Lower, otherAbove = b.Upper - b.Estimate;
        double Joined(double x, double y) => Math.Sqrt(Math.Max(0, x * x - 2 * phi * x * y + y * y));
        var difference = (OnlyCandidate - OnlyChampion) / (double)Count;
        return new(difference, difference - Joined(below, otherAbove), difference + Joined(above, otherBelow), confidence);
    }

    /// <summary>Whether the candidate is not worse than the champion by <paramref name="margin"/> or more: the one-sided lower limit of the difference lies above -margin. False without rows.</summary>
    /// <param name="margin">The loss that would be too much, above 0 and below 1 (0.01: one percentage point).</param>
    /// <param name="alpha">The chance of accepting a candidate that is worse by the margin, between 0 and 0.5; 0.05 by default.</param>
    /// <exception cref="MLOpsInvalidException">A number is out of range.</exception>
    public bool IsNonInferior(double margin, double alpha = 0.05)
    {
        Rows.Open(margin, nameof(margin));
        if (alpha is not (> 0 and < 0.5)) throw new MLOpsInvalidException($"alpha is {alpha}: it must lie between 0 and 0.5, both excluded.");
        return Difference(1 - 2 * alpha).Lower > -margin;
    }

    /// <summary>
    /// McNemar's test in its exact form (McNemar 1947): under equal quality each row on which the models differ falls to either side like a coin. The statistic is the number of rows that only the
    /// candidate had right. Two-sided: twice the smaller tail, at most 1; 1 when they never differ. Never more false alarms than stated. O(smaller count).
    /// </summary>
    /// <exception cref="MLOpsInvalidException">A count is below 0.</exception>
    public TestResult McNemar() => Exact(half: false);

    /// <summary>The same with half of the observed outcome's probability in each tail (mid-p): nearer to the nominal level, which it may exceed a little (Fagerland, Lydersen and Laake 2013).</summary>
    /// <exception cref="MLOpsInvalidException">A count is below 0.</exception>
    public TestResult McNemarMidP() => Exact(half: true);

    /// <summary>The outcomes of both parts together.</summary>
    public PairedOutcomes Merge(PairedOutcomes other) => new(Both + other.Both, OnlyCandidate + other.OnlyCandidate, OnlyChampion + other.OnlyChampion, Neither + other.Neither);

    /// <summary>See <see cref="Merge"/>.</summary>
    public static PairedOutcomes operator +(PairedOutcomes left, PairedOutcomes right) => left.Merge(right);

    private TestResult Exact(bool half)
    {
        Check();
        if (Count == 0) return TestResult.Empty(0, 0);
        long n = OnlyCandidate + OnlyChampion, less = Math.Min(OnlyCandidate, OnlyChampion);
        var p = 1.0;
        if (n > 0)
        {
            // From the largest term down: its neighbours fall by k / (n - k + 1).
            double last = SpecialTail.Binomial(less, n, 0.5), term = last, tail = 0;
            for (var k = less; k >= 0 && term > 0 && term > tail * 1e-18; k--) (tail, term) = (tail + term, term * k / (n - k + 1));
            p = Math.Min(1, 2 * (half ? tail - last / 2 : tail));
        }

        return new(OnlyCandidate, p, Count, Count);
    }

    private double Phi()
    {
        double a = Both, b = OnlyCandidate, c = OnlyChampion, d = Neither, margins = Math.Sqrt(a + b) * Math.Sqrt(c + d) * Math.Sqrt(a + c) * Math.Sqrt(b + d), cross = a * d - b * c;
        if (margins == 0) return 0;
        return (cross > 0 ? Math.Max(cross - Count / 2.0, 0) : cross) / margins;
    }

    private void Check()
    {
        if (Math.Min(Math.Min(Both, OnlyCandidate), Math.Min(OnlyChampion, Neither)) < 0) throw new MLOpsInvalidException($"{this}: no count may be below 0.");
    }
}
