using System.Text.Json;

namespace MLOps.Statistics;

public sealed class FairnessTests
{
    private static JsonElement Expected => Vector.Json("quality_fairness.json");

    private static GroupFairness Adult(string column) => GroupFairness.Of(
        Vector.Column("adult_test_predictions", "y_true").Select(y => y == 1).ToArray(), Vector.Column("adult_test_predictions", "score").Select(s => s >= 0.5).ToArray(),
        Vector.Texts(JsonDocument.Parse($$"""{"file":"adult_test_predictions.csv","column":"{{column}}"}""").RootElement)!);

    [Test]
    public void Group_metrics_agree_with_the_definitions_of_Fairlearn([Values("sex", "race")] string column)
    {
        var expected = Expected.GetProperty("fairness").GetProperty(column);
        var fairness = Adult(column);
        var groups = expected.GetProperty("groups").EnumerateObject().OrderBy(g => g.Name, StringComparer.Ordinal).ToArray();
        Assert.That(fairness.Groups.Select(g => g.Group), Is.EqualTo(groups.Select(g => g.Name)));
        foreach (var (group, listed) in fairness.Groups.Zip(groups))
        {
            var counts = group.Confusion;
            foreach (var (name, value) in new[]
            {
                ("n", counts.Count), ("base_rate", counts.BaseRate), ("selection_rate", counts.SelectionRate), ("tpr", counts.Recall), ("fpr", counts.FalsePositiveRate),
                ("precision", counts.Precision), ("fnr", counts.FalseNegativeRate), ("accuracy", counts.Accuracy),
            })
                Near.Statistic(value, listed.Value.GetProperty(name).GetDouble(), $"{group.Group} {name}");
        }

        foreach (var (name, value) in new[]
        {
            ("demographic_parity_difference", fairness.DemographicParityDifference), ("demographic_parity_ratio", fairness.DemographicParityRatio),
            ("disparate_impact_min_over_max", fairness.DemographicParityRatio), ("equal_opportunity_difference", fairness.EqualOpportunityDifference),
            ("fpr_difference", fairness.FalsePositiveRateDifference), ("equalized_odds_difference", fairness.EqualizedOddsDifference),
            ("equalized_odds_difference_mean_agg", fairness.EqualizedOddsMeanDifference), ("equalized_odds_ratio", fairness.EqualizedOddsRatio),
        })
            Near.Statistic(value, expected.GetProperty(name).GetDouble(), name);
    }

    [Test]
    public void Signed_metrics_and_Theil_agree_with_the_definitions_of_AIF360()
    {
        var expected = Expected.GetProperty("aif360_style").GetProperty("sex");
        var fairness = Adult("sex");
        var signed = fairness.Against(expected.GetProperty("privileged").GetString()!);
        foreach (var (name, value) in new[]
        {
            ("statistical_parity_difference", signed.StatisticalParityDifference), ("disparate_impact", signed.DisparateImpact),
            ("equal_opportunity_difference", signed.EqualOpportunityDifference), ("average_odds_difference", signed.AverageOddsDifference),
            ("base_rate_difference", signed.BaseRateDifference), ("theil_index", fairness.TheilIndex),
        })
            Near.Statistic(value, expected.GetProperty(name).GetDouble(), name);
    }

    [Test]
    public void The_example_holds_and_windows_add_up()
    {
        var fairness = GroupFairness.Of([true, false, true, false], [true, true, true, false], ["a", "a", "b", "b"]);
        Assert.That((fairness.DemographicParityDifference, fairness.Against("a").StatisticalParityDifference), Is.EqualTo((0.5, -0.5)));
        var parts = GroupFairness.Of([true, false], [true, true], ["a", "a"]).Merge(GroupFairness.Of([true, false], [true, false], ["b", "b"]));
        Assert.That(parts.Groups, Is.EqualTo(fairness.Groups));
        Interval once = fairness.Interval(f => f.DemographicParityDifference, seed: 7), again = parts.Interval(f => f.DemographicParityDifference, seed: 7);
        Assert.That(again, Is.EqualTo(once));
        Assert.That(Adult("race").Where(200).Groups.Select(g => g.Group), Is.EqualTo(new[] { "Asian-Pac-Islander", "Black", "White" }));
    }

    [Test]
    public void Groups_without_a_rate_are_left_out_and_one_group_alone_says_nothing()
    {
        var none = GroupFairness.Of([], [], []);
        Assert.That(new[] { none.DemographicParityDifference, none.EqualizedOddsRatio, none.TheilIndex }, Is.All.NaN);
        Assert.That(GroupFairness.Of([true], [true], ["a"]).DemographicParityRatio, Is.NaN);
        // Group c has no positives: its true-positive rate has no value, its selection rate has.
        var fairness = GroupFairness.Of([true, true, false], [true, true, false], ["a", "b", "c"]);
        Assert.That((fairness.EqualOpportunityDifference, fairness.DemographicParityDifference), Is.EqualTo((0.0, 1.0)));
        var nobody = GroupFairness.Of([false, false], [false, false], ["a", "b"]);
        Assert.That((nobody.DemographicParityRatio, nobody.DemographicParityDifference), Is.EqualTo((1.0, 0.0)));
        Assert.That(none.Interval(f => f.DemographicParityDifference, 1).Lower, Is.NaN);
        Assert.That(() => nobody.Against("z"), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(() => nobody.Where(0), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(() => GroupFairness.Of([new GroupRates("a", new(-1, 0, 0, 0))]), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(() => nobody.Interval(f => 0, 1, resamples: 3), Throws.TypeOf<MLOpsInvalidException>());
    }

    [Test]
    public void Bootstrap_intervals_of_a_signed_difference_hold_the_truth_as_often_as_stated()
    {
        var trials = Effort.Of(150, 1000);
        var random = new Random(41);
        var held = 0;
        for (var trial = 0; trial < trials; trial++)
        {
            ConfusionCounts Draw(double rate)
            {
                var selected = Enumerable.Range(0, 200).Count(_ => random.NextDouble() < rate);
                return new(selected, 0, 200 - selected, 0);
            }

            var fairness = GroupFairness.Of([new("a", Draw(0.5)), new("b", Draw(0.35))]);
            held += fairness.Interval(f => f.Against("a").StatisticalParityDifference, (ulong)trial, resamples: 300).Contains(-0.15) ? 1 : 0;
        }

        TestContext.Out.WriteLine($"coverage {held / (double)trials:0.000} of 0.95 over {trials}");
        Assert.That(held / (double)trials, Is.InRange(0.95 - 0.015 - 4 * Math.Sqrt(0.95 * 0.05 / trials), 1));
    }
}
