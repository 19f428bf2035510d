using MLOps.Models;
using MLOps.Monitoring;
using static MLOps.Delivery.GateText;

namespace MLOps.Delivery;

/// <summary>The candidate's answers for groups of people. Failed when a whole interval lies beyond its bound, Inconclusive when one reaches over it or a group is too small, Passed when all keep theirs.</summary>
internal sealed class FairnessGate<TInput, TOutput>(TInput[] inputs, double[] labels, string?[] groups, Func<TOutput, double> score, FairnessRequirement requirement) : IGate
{
    private readonly LabelledRows<TInput, TOutput> _rows = new(inputs, labels, score);
    private readonly FairnessRequirement _requirement = FairnessJudgement.Require(requirement);

    public string Name => "fairness";

    public async ValueTask<GateResult> EvaluateAsync(GateSubject subject, CancellationToken cancellationToken = default)
    {
        var answers = await _rows.AnswerAsync(subject.Candidate, subject.Registry, cancellationToken).ConfigureAwait(false);
        var values = FairnessJudgement.Of(_requirement, groups, _rows.Labels, answers, new Dictionary<string, double>());
        var bound = values.Where(v => v.Bound is not null).ToArray();
        if (bound.Length == 0)
            return Result(GateOutcome.Inconclusive, $"Fewer than two groups of '{MLOps.Name.Shown(_requirement.Feature)}' have {_requirement.MinimumRows} rows, or no bound was set.", ("rows", _rows.Count));
        var outcome = bound.Any(v => v.IsBroken) ? GateOutcome.Failed : bound.All(IsKept) ? GateOutcome.Passed : GateOutcome.Inconclusive;
        var told = string.Join(", ", bound.Select(v => FormattableString.Invariant($"{v.Metric} {v.Value.Value:0.###} ({v.Value.Lower:0.###} to {v.Value.Upper:0.###}, bound {v.Bound:0.###})")));
        return Result(
            outcome, $"{subject.Candidate} by '{MLOps.Name.Shown(_requirement.Feature)}' over {_rows.Count} rows: {told}.",
            [("rows", _rows.Count), .. bound.Select(v => (v.Metric, v.Value.Value))]);
    }

    private static bool IsKept(FairnessValue value) =>
        value.Metric == FairnessJudgement.ParityRatio ? value.Value.Lower >= value.Bound : value.Value.Upper <= value.Bound;
}
