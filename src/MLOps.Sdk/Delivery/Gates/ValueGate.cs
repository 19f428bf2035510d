using MLOps.Models;
using static MLOps.Delivery.GateText;

namespace MLOps.Delivery;

/// <summary>A metric of the candidate against a limit, whatever the champion does. Passed when the bootstrap's upper bound keeps the limit, Failed when its lower bound does not.</summary>
internal sealed class ValueGate<TInput, TOutput> : IGate
{
    private readonly LabelledRows<TInput, TOutput> _rows;
    private readonly double _atMost;
    private readonly MetricGateOptions _options;

    public ValueGate(TInput[] inputs, double[] labels, Func<TOutput, double> score, double atMost, MetricGateOptions options)
    {
        if (!double.IsFinite(atMost)) throw new MLOpsInvalidException($"The limit of a value gate is {atMost}; it must be finite.");
        (_rows, _atMost, _options) = (new(inputs, labels, score), atMost, MetricGateRules.Require(options, labels));
        Name = MLOps.Name.Require(options.Name ?? $"{options.Metric.ToString().ToLowerInvariant()}-value", "gate name");
    }

    public string Name { get; }

    public async ValueTask<GateResult> EvaluateAsync(GateSubject subject, CancellationToken cancellationToken = default)
    {
        if (_rows.Count < _options.MinimumRows) return Result(GateOutcome.Inconclusive, $"There are {_rows.Count} labelled rows, and {_options.MinimumRows} are needed.", ("rows", _rows.Count));
        var answers = await _rows.AnswerAsync(subject.Candidate, subject.Registry, cancellationToken).ConfigureAwait(false);
        var broken = answers.Count(a => !double.IsFinite(a));
        if (broken > 0) return Result(GateOutcome.Failed, $"{subject.Candidate} gave no finite number for {broken} of {_rows.Count} rows.", ("rows", _rows.Count));
        var losses = MetricLoss.PerRow(_options.Metric, _rows.Labels, answers);
        var (lower, upper) = PairedBootstrap.Bounds(losses, _options);
        if (_options.Metric is GateMetric.Rmse) (lower, upper) = (Math.Sqrt(lower), Math.Sqrt(upper));
        var value = MetricLoss.Metric(_options.Metric, losses);
        var outcome = upper <= _atMost ? GateOutcome.Passed : lower > _atMost ? GateOutcome.Failed : GateOutcome.Inconclusive;
        return Result(
            outcome, $"The {_options.Metric} of {subject.Candidate} is {value:G4} ({lower:G4} to {upper:G4}, each bound at {_options.Confidence:P0}) over {_rows.Count} rows; at most {_atMost:G4} is wanted.",
            ("rows", _rows.Count), ("value", value), ("lower", lower), ("upper", upper), ("atMost", _atMost));
    }
}
