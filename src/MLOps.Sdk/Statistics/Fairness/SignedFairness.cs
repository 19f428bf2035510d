namespace MLOps.Statistics;

/// <summary>A privileged group against all others: below 0 (or a ratio below 1) the others are at a disadvantage. AIF360's definitions, others - privileged.</summary>
/// <remarks>A rate without a value (no rows, no positives) makes its metric NaN. A ratio is NaN when both rates are 0 and infinite when only the privileged one's is.</remarks>
/// <example><code>
/// var signed = GroupFairness.Of([true, false, true, false], [true, true, true, false], ["a", "a", "b", "b"]).Against("a");
/// double gap = signed.StatisticalParityDifference;    // -0.5 = 0.5 - 1
/// </code></example>
/// <param name="Privileged">The name of the privileged group.</param>
/// <param name="Favoured">Its counts.</param>
/// <param name="Others">The counts of all other groups together.</param>
public sealed record SignedFairness(string Privileged, ConfusionCounts Favoured, ConfusionCounts Others)
{
    /// <summary>The difference of selection rates, -1..1.</summary>
    public double StatisticalParityDifference => Others.SelectionRate - Favoured.SelectionRate;

    /// <summary>The selection rate of the others divided by that of the privileged: at least 0; below 0.8 is the "four-fifths rule".</summary>
    public double DisparateImpact => Others.SelectionRate / Favoured.SelectionRate;

    /// <summary>The difference of true-positive rates, -1..1.</summary>
    public double EqualOpportunityDifference => Others.Recall - Favoured.Recall;

    /// <summary>The mean of the differences of true- and false-positive rates, -1..1.</summary>
    public double AverageOddsDifference => (EqualOpportunityDifference + Others.FalsePositiveRate - Favoured.FalsePositiveRate) / 2;

    /// <summary>The difference of base rates, -1..1: what the data, not the model, bring along.</summary>
    public double BaseRateDifference => Others.BaseRate - Favoured.BaseRate;
}
