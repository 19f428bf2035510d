namespace MLOps.Statistics;

/// <summary>
/// Whether a yes-or-no prediction treats groups alike. Everything follows from the groups' confusion counts, so that windows merge and intervals need no rows.
/// </summary>
/// <remarks>
/// Differences and ratios are those between the most and the least favoured group (Fairlearn's definitions): 0, respectively 1, is equal treatment. A group whose rate has no value
/// (no rows, no positives) is left out of that rate; with fewer than two groups left the metric is NaN. A ratio of rates that are all 0 is 1. Small groups have wild rates: see
/// <see cref="Where"/> and <see cref="Interval"/>. O(groups). Immutable, safe for concurrent use.
/// </remarks>
/// <example><code>
/// var fairness = GroupFairness.Of([true, false, true, false], [true, true, true, false], ["a", "a", "b", "b"]);
/// double gap = fairness.DemographicParityDifference;                                      // 0.5 = |1 - 0.5|
/// Interval range = fairness.Interval(f => f.DemographicParityDifference, seed: 7);
/// </code></example>
public sealed class GroupFairness
{
    private readonly GroupRates[] _groups;

    private GroupFairness(GroupRates[] groups) => _groups = groups;

    /// <summary>The groups, ordered by name (ordinal).</summary>
    public IReadOnlyList<GroupRates> Groups => _groups;

    /// <summary>All rows together.</summary>
    public ConfusionCounts Overall => _groups.Aggregate(default(ConfusionCounts), (sum, group) => sum + group.Confusion);

    /// <summary>Counts predictions per group: O(n).</summary>
    /// <param name="truths">Whether each row was positive.</param>
    /// <param name="predicted">Whether each row was predicted positive, in the same order.</param>
    /// <param name="groups">The group of each row, in the same order.</param>
    /// <exception cref="MLOpsInvalidException">The lengths differ.</exception>
    public static GroupFairness Of(ReadOnlySpan<bool> truths, ReadOnlySpan<bool> predicted, ReadOnlySpan<string> groups)
    {
        Rows.Same(truths.Length, predicted.Length, "predictions");
        Rows.Same(truths.Length, groups.Length, "groups");
        var counts = new Dictionary<string, ConfusionCounts>(StringComparer.Ordinal);
        for (var i = 0; i < truths.Length; i++)
        {
            counts.TryGetValue(groups[i], out var group);
            counts[groups[i]] = (truths[i], predicted[i]) switch
            {
                (true, true) => group with { TruePositives = group.TruePositives + 1 },
                (false, true) => group with { FalsePositives = group.FalsePositives + 1 },
                (false, false) => group with { TrueNegatives = group.TrueNegatives + 1 },
                _ => group with { FalseNegatives = group.FalseNegatives + 1 },
            };
        }

        return Of(counts.Select(pair => new GroupRates(pair.Key, pair.Value)));
    }

    /// <summary>From counts; those of equal group names are added.</summary>
    /// <param name="groups">Groups and their counts, each at least 0.</param>
    /// <exception cref="MLOpsInvalidException">A count is below 0.</exception>
    public static GroupFairness Of(IEnumerable<GroupRates> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        var merged = groups.GroupBy(g => g.Group, StringComparer.Ordinal)
            .Select(g => new GroupRates(g.Key, g.Aggregate(default(ConfusionCounts), (sum, part) => sum + part.Confusion)))
            .OrderBy(g => g.Group, StringComparer.Ordinal).ToArray();
        foreach (var (group, c) in merged)
        {
            if (Math.Min(Math.Min(c.TruePositives, c.FalsePositives), Math.Min(c.TrueNegatives, c.FalseNegatives)) < 0)
                throw new MLOpsInvalidException($"A count of group '{group}' is below 0.");
        }

        return new(merged);
    }

    /// <summary>The groups of both parts together.</summary>
    public GroupFairness Merge(GroupFairness other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Of(_groups.Concat(other._groups));
    }

    /// <summary>Only the groups with at least so many rows: the rates of smaller ones say little and may name persons.</summary>
    /// <param name="minimum">At least 1; 100 by default.</param>
    /// <exception cref="MLOpsInvalidException">It is below 1.</exception>
    public GroupFairness Where(long minimum = 100)
    {
        if (minimum < 1) throw new MLOpsInvalidException($"minimum is {minimum}: it must be at least 1.");
        return new([.. _groups.Where(g => g.Confusion.Count >= minimum)]);
    }

    /// <summary>The largest difference of selection rates, 0..1.</summary>
    public double DemographicParityDifference => Difference(c => c.SelectionRate);

    /// <summary>The smallest selection rate divided by the largest, 0..1: the disparate impact of the least against the most selected group (below 0.8: the "four-fifths rule").</summary>
    public double DemographicParityRatio => Ratio(c => c.SelectionRate);

    /// <summary>The largest difference of true-positive rates, 0..1 (Hardt, Price and Srebro 2016).</summary>
    public double EqualOpportunityDifference => Difference(c => c.Recall);

    /// <summary>The largest difference of false-positive rates, 0..1.</summary>
    public double FalsePositiveRateDifference => Difference(c => c.FalsePositiveRate);

    /// <summary>Equalised odds, worst case: the larger of the true- and the false-positive rates' differences, 0..1 (Hardt, Price and Srebro 2016).</summary>
    public double EqualizedOddsDifference => Math.Max(EqualOpportunityDifference, FalsePositiveRateDifference);

    /// <summary>Equalised odds, mean: the mean of the true- and the false-positive rates' differences, 0..1.</summary>
    public double EqualizedOddsMeanDifference => (EqualOpportunityDifference + FalsePositiveRateDifference) / 2;

    /// <summary>The smaller of the true- and the false-positive rates' ratios (smallest / largest), 0..1.</summary>
    public double EqualizedOddsRatio => Math.Min(Ratio(c => c.Recall), Ratio(c => c.FalsePositiveRate));

    /// <summary>
    /// The Theil index of benefits b = prediction - truth + 1 (a wrong refusal 0, a right answer 1, a wrong gift 2): mean of (b/m) ln(b/m), m the mean benefit (Speicher and others
    /// 2018). 0 when all benefit alike; groups play no part. NaN without rows or when nobody benefits.
    /// </summary>
    public double TheilIndex
    {
        get
        {
            var all = Overall;
            double n = all.Count, right = all.TruePositives + all.TrueNegatives, gifts = all.FalsePositives, mean = (right + 2 * gifts) / n;
            if (!(mean > 0)) return double.NaN;
            return Math.Max(0, (right * (1 / mean) * Math.Log(1 / mean) + gifts * (2 / mean) * Math.Log(2 / mean)) / n);
        }
    }

    /// <summary>All other groups together against one: signed, so that they tell who is favoured.</summary>
    /// <param name="privileged">The name of the group that the others are compared with.</param>
    /// <exception cref="MLOpsInvalidException">There is no such group.</exception>
    public SignedFairness Against(string privileged)
    {
        var index = Array.FindIndex(_groups, g => g.Group == privileged);
        if (index < 0) throw new MLOpsInvalidException($"There is no group '{privileged}': there are {string.Join(", ", _groups.Select(g => $"'{g.Group}'"))}.");
        var others = _groups.Where((_, i) => i != index).Aggregate(default(ConfusionCounts), (sum, group) => sum + group.Confusion);
        return new(privileged, _groups[index].Confusion, others);
    }

    /// <summary>
    /// The bootstrap percentile interval of any metric of this object: rows drawn with replacement, which for counts is a multinomial draw over groups and their four cells.
    /// O(resamples x rows), a few nanoseconds a draw. Resamples in which the metric is NaN are left out; the limits are NaN when it is in more than half. A difference of
    /// extremes is never below 0: judge "is it 0?" by <see cref="Against"/>.
    /// </summary>
    /// <param name="metric">The metric, for instance <c>f => f.DemographicParityRatio</c>.</param>
    /// <param name="seed">Where the random sequence starts.</param>
    /// <param name="resamples">At least 10; 1,000 by default.</param>
    /// <param name="confidence">Between 0 and 1; 0.95 by default.</param>
    /// <exception cref="MLOpsInvalidException">A number is out of range.</exception>
    public Interval Interval(Func<GroupFairness, double> metric, ulong seed, int resamples = 1000, double confidence = 0.95)
    {
        ArgumentNullException.ThrowIfNull(metric);
        Bootstrap.Check(resamples, confidence);
        var estimate = metric(this);
        var cells = new CellSampler([.. _groups.SelectMany(g => new[] { g.Confusion.TruePositives, g.Confusion.FalsePositives, g.Confusion.TrueNegatives, g.Confusion.FalseNegatives })], seed);
        var values = new List<double>(resamples);
        for (var resample = 0; resample < resamples; resample++)
        {
            var drawn = cells.Draw().ToArray();
            var value = metric(new([.. _groups.Select((g, i) => new GroupRates(g.Group, new(drawn[4 * i], drawn[4 * i + 1], drawn[4 * i + 2], drawn[4 * i + 3])))]));
            if (!double.IsNaN(value)) values.Add(value);
        }

        values.Sort();
        return Bootstrap.OfResamples(estimate, [.. values], resamples, confidence);
    }

    private double Difference(Func<ConfusionCounts, double> rate)
    {
        var rates = Defined(rate);
        return rates.Count < 2 ? double.NaN : rates.Max() - rates.Min();
    }

    private double Ratio(Func<ConfusionCounts, double> rate)
    {
        var rates = Defined(rate);
        return rates.Count < 2 ? double.NaN : rates.Max() == 0 ? 1 : rates.Min() / rates.Max();
    }

    private List<double> Defined(Func<ConfusionCounts, double> rate) => [.. _groups.Select(g => rate(g.Confusion)).Where(r => !double.IsNaN(r))];
}
