using MLOps.Models;
using MLOps.Statistics;
using static MLOps.Delivery.GateText;

namespace MLOps.Delivery;

/// <summary>The area under the ROC curve against a limit and against the champion's on the same rows, with DeLong's intervals.</summary>
internal sealed class AucGate<TInput, TOutput> : IGate
{
    private readonly LabelledRows<TInput, TOutput> _rows;
    private readonly bool[] _truths;
    private readonly AucGateOptions _options;

    public AucGate(TInput[] inputs, bool[] truths, Func<TOutput, double> score, AucGateOptions options)
    {
        if (!(options.Confidence is > 0.5 and < 1)) throw new MLOpsInvalidException($"{nameof(AucGateOptions)}.{nameof(options.Confidence)} must be above 0.5 and below 1.");
        if (options.AtLeast is not (null or (>= 0 and <= 1)) || options.MaximumLoss is not (null or (>= 0 and <= 1))) throw new MLOpsInvalidException("The limits of an AUC gate lie between 0 and 1.");
        if (options is { AtLeast: null, MaximumLoss: null }) throw new MLOpsInvalidException("The AUC gate has neither limit nor comparison, so that nothing could fail.");
        (_rows, _truths, _options) = (new(inputs, [.. truths.Select(t => t ? 1.0 : 0)], score), truths, options);
        Name = MLOps.Name.Require(options.Name, "gate name");
    }

    public string Name { get; }

    public async ValueTask<GateResult> EvaluateAsync(GateSubject subject, CancellationToken cancellationToken = default)
    {
        var scores = await _rows.AnswerAsync(subject.Candidate, subject.Registry, cancellationToken).ConfigureAwait(false);
        if (scores.Count(s => !double.IsFinite(s)) is > 0 and var broken) return Result(GateOutcome.Failed, $"{subject.Candidate} gave no finite number for {broken} of {_rows.Count} rows.", ("rows", _rows.Count));
        // One bound each way, so that together they leave out as much as a two-sided interval does.
        var confidence = 2 * _options.Confidence - 1;
        var auc = DeLong.Auc(_truths, scores, confidence);
        if (double.IsNaN(auc.Lower)) return Result(GateOutcome.Inconclusive, $"{_truths.Count(t => t)} of {_truths.Length} rows are positive: at least two of each class are needed.", ("rows", _rows.Count));
        var (value, words) = (GateOutcome.Passed, "");
        if (_options.AtLeast is { } least)
        {
            value = auc.Lower >= least ? GateOutcome.Passed : auc.Upper < least ? GateOutcome.Failed : GateOutcome.Inconclusive;
            words = Of($"; at least {least:G4} is wanted");
        }

        if (_options.MaximumLoss is not { } loss) return Said(value, "");
        if (subject.Champion is null) return Said(Worse(value, _options.PassWithoutChampion ? GateOutcome.Passed : GateOutcome.Inconclusive), " There is no champion to compare with.");
        var before = await _rows.AnswerAsync(subject.Champion, subject.Registry, cancellationToken).ConfigureAwait(false);
        var difference = DeLong.Difference(_truths, scores, before, confidence).Difference;
        var change = difference.Lower >= -loss ? GateOutcome.Passed : difference.Upper < -loss ? GateOutcome.Failed : GateOutcome.Inconclusive;
        return Said(Worse(value, change), Of($" Against {subject.Champion} that is {difference.Estimate:+0.####;-0.####;0} ({difference.Lower:G3} to {difference.Upper:G3}); {loss:G3} less would do."), ("difference", difference.Estimate), ("differenceLower", difference.Lower), ("differenceUpper", difference.Upper));

        GateResult Said(GateOutcome outcome, string comparison, params ReadOnlySpan<(string Name, double Value)> more) => Result(
            outcome, $"The AUC of {subject.Candidate} is {auc.Estimate:G4} ({auc.Lower:G4} to {auc.Upper:G4}) over {_rows.Count} rows{words}.{comparison}",
            [("rows", _rows.Count), ("auc", auc.Estimate), ("lower", auc.Lower), ("upper", auc.Upper), .. more]);
    }

    private static GateOutcome Worse(GateOutcome one, GateOutcome other) =>
        one is GateOutcome.Failed || other is GateOutcome.Failed ? GateOutcome.Failed : one is GateOutcome.Inconclusive ? one : other;
}
