using MLOps.Data;
using MLOps.Statistics;

namespace MLOps.Monitoring;

/// <summary>Fairness metrics of a window, each with the interval of 1,000 bootstrap samples; a bound is broken only when the whole interval lies beyond it.</summary>
internal static class FairnessJudgement
{
    public const string ParityDifference = "demographicParityDifference", ParityRatio = "demographicParityRatio", OpportunityDifference = "equalOpportunityDifference", OddsDifference = "equalizedOddsDifference";
    private const ulong Seed = 20_160_701;

    public static IReadOnlyList<FairnessValue> Of(LiveWindow live, Baseline? baseline, IReadOnlyList<FairnessRequirement> requirements) =>
        [.. requirements.SelectMany(r => live.Features.FirstOrDefault(f => f.Name == r.Feature && f.Kind is FeatureKind.Category && f.Rows == live.Predictions.Length) is { } column
            ? Of(r, column.Categories.ToArray(), live.Labels, live.Predictions, InBaseline(r, baseline))
            : [])];

    /// <param name="requirement">What is required.</param>
    /// <param name="groups">The group of each row, null for unknown.</param>
    /// <param name="labels">The truth of each row, NaN while it is unknown.</param>
    /// <param name="answers">The score of each row.</param>
    /// <param name="before">The same metrics before, by name.</param>
    public static IReadOnlyList<FairnessValue> Of(FairnessRequirement requirement, string?[] groups, double[] labels, double[] answers, IReadOnlyDictionary<string, double> before)
    {
        var values = new List<FairnessValue>();
        // Selection asks for no label, so all rows count for it.
        if (Groups(requirement, groups, answers, answers) is { } all)
        {
            Add(all, ParityDifference, f => f.DemographicParityDifference, requirement.MaximumParityDifference, isCeiling: true);
            Add(all, ParityRatio, f => f.DemographicParityRatio, requirement.MinimumParityRatio, isCeiling: false);
        }

        if (Groups(requirement, groups, labels, answers) is { } labelled)
        {
            Add(labelled, OpportunityDifference, f => f.EqualOpportunityDifference, requirement.MaximumOddsDifference, isCeiling: true);
            Add(labelled, OddsDifference, f => f.EqualizedOddsDifference, requirement.MaximumOddsDifference, isCeiling: true);
        }

        return values;

        void Add(GroupFairness fairness, string name, Func<GroupFairness, double> metric, double bound, bool isCeiling)
        {
            var interval = fairness.Interval(metric, Seed);
            if (double.IsNaN(interval.Estimate)) return;
            var isBroken = isCeiling ? interval.Lower > bound : interval.Upper < bound;
            // A bound that allows everything is none.
            double? told = isCeiling ? bound < 1 ? bound : null : bound > 0 ? bound : null;
            values.Add(new(requirement.Feature, name, new(interval.Estimate, interval.Lower, interval.Upper), before.GetValueOrDefault(name, double.NaN), told, isBroken, [.. fairness.Groups.Select(g => g.Group)]));
        }
    }

    public static FairnessRequirement Require(FairnessRequirement requirement)
    {
        Name.Require(requirement.Feature, "feature name");
        if (!(requirement.MaximumParityDifference is >= 0 and <= 1)) throw Broken(nameof(requirement.MaximumParityDifference), requirement.MaximumParityDifference);
        if (!(requirement.MinimumParityRatio is >= 0 and <= 1)) throw Broken(nameof(requirement.MinimumParityRatio), requirement.MinimumParityRatio);
        if (!(requirement.MaximumOddsDifference is >= 0 and <= 1)) throw Broken(nameof(requirement.MaximumOddsDifference), requirement.MaximumOddsDifference);
        if (!double.IsFinite(requirement.Threshold)) throw new MLOpsInvalidException($"FairnessRequirement.Threshold is {requirement.Threshold}: it must be finite.");
        if (requirement.MinimumRows < 10) throw new MLOpsInvalidException($"FairnessRequirement.MinimumRows is {requirement.MinimumRows}: it must be at least 10.");
        return requirement;
    }

    private static GroupFairness? Groups(FairnessRequirement requirement, string?[] groups, double[] truths, double[] answers)
    {
        int[] rows = [.. Enumerable.Range(0, groups.Length).Where(r => groups[r] is not null && double.IsFinite(truths[r]) && double.IsFinite(answers[r]))];
        if (rows.Length == 0) return null;
        var fairness = GroupFairness.Of([.. rows.Select(r => truths[r] >= 0.5)], [.. rows.Select(r => answers[r] >= requirement.Threshold)], [.. rows.Select(r => groups[r]!)]).Where(requirement.MinimumRows);
        return fairness.Groups.Count < 2 ? null : fairness;
    }

    private static Dictionary<string, double> InBaseline(FairnessRequirement requirement, Baseline? baseline)
    {
        if (baseline?.Prediction is not { } prediction || baseline.Features.FirstOrDefault(f => f.Name == requirement.Feature && f.Kind is FeatureKind.Category) is not { } profile || profile.Sample.Count != prediction.Sample.Count)
            return [];
        var labels = baseline.Labels.Count == profile.Sample.Count ? baseline.Labels.Flat() : [.. profile.Sample.Select(_ => double.NaN)];
        string?[] groups = [.. profile.Sample.Select(code => code < profile.Categories.Count ? profile.Categories[(int)code] : null)];
        return Of(requirement, groups, labels, prediction.Sample.Flat(), new Dictionary<string, double>()).ToDictionary(v => v.Metric, v => v.Value.Value);
    }

    private static MLOpsInvalidException Broken(string option, double value) => new(FormattableString.Invariant($"FairnessRequirement.{option} is {value}: it must lie between 0 and 1."));
}
