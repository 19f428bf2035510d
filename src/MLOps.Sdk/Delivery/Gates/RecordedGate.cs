using MLOps.Models;
using static MLOps.Delivery.GateText;

namespace MLOps.Delivery;

/// <summary>
/// Judges what is recorded of the candidate, so that it needs no code of the model: its <see cref="Evaluation"/> with intervals, or else its metrics without. A limit is kept when the whole interval keeps it and broken when
/// none of it does. The champion's recorded value may come from other rows: against it, intervals that overlap give a warning, and only <see cref="Gate.Metric"/> compares on the same rows.
/// </summary>
internal sealed class RecordedGate : IGate
{
    private readonly RecordedGateOptions _options;

    public RecordedGate(RecordedGateOptions options)
    {
        if (options is { AtLeast: null, AtMost: null, MaximumLoss: null }) throw new MLOpsInvalidException($"The gate on the recorded '{MLOps.Name.Shown(options.Metric)}' has no limit, so that nothing could fail. Give it one.");
        if (options.MaximumLoss is < 0 or double.NaN || options.AtLeast is double.NaN || options.AtMost is double.NaN) throw new MLOpsInvalidException($"A limit of the gate on '{MLOps.Name.Shown(options.Metric)}' is no number, or below 0.");
        _options = options;
        Name = MLOps.Name.Require(options.Name ?? $"recorded-{options.Metric}", "gate name");
    }

    public string Name { get; }

    public async ValueTask<GateResult> EvaluateAsync(GateSubject subject, CancellationToken cancellationToken = default)
    {
        var mine = await ReadAsync(subject.Candidate, subject.Registry, cancellationToken).ConfigureAwait(false);
        if (mine.Count == 0) return Result(GateOutcome.Inconclusive, $"{subject.Candidate} has no recorded '{MLOps.Name.Shown(_options.Metric)}'. Register it with its metrics, or with an evaluation.");
        var theirs = _options.MaximumLoss is null || subject.Champion is null ? [] : await ReadAsync(subject.Champion, subject.Registry, cancellationToken).ConfigureAwait(false);
        var evidence = new Dictionary<string, double>(StringComparer.Ordinal);
        var (outcome, said) = (GateOutcome.Passed, new List<string>());
        foreach (var metric in mine)
        {
            var name = metric.Slice.Length == 0 ? _options.Metric : $"{_options.Metric} where {metric.Slice}";
            evidence[name] = metric.Value;
            Judge(Limit(metric), Of($"{name} is {Shown(metric)}{Wanted()}"));
            if (theirs.FirstOrDefault(t => t.Slice == metric.Slice) is { } before) Judge(Change(metric, before), Of($"{name} is {Shown(metric)} against {Shown(before)} of {subject.Champion}, at most {_options.MaximumLoss:P1} worse is wanted"));
        }

        var none = _options.MaximumLoss is not null && theirs.Count == 0 ? " There is no champion's value to compare with." : "";
        return new(outcome, said.Count == 0 ? Of($"{subject.Candidate} keeps every limit of its recorded {_options.Metric}: {Shown(mine[0])}{Wanted()}.{none}") : string.Join("; ", said.Take(10)) + "." + none, evidence);

        void Judge(GateOutcome found, string words)
        {
            if (found is GateOutcome.Passed) return;
            said.Add(words);
            if (Rank(found) > Rank(outcome)) outcome = found;
        }
    }

    private GateOutcome Limit(SliceMetric metric) =>
        metric.Lower > _options.AtMost || metric.Upper < _options.AtLeast || double.IsNaN(metric.Value) ? GateOutcome.Failed
        : metric.Upper > _options.AtMost || metric.Lower < _options.AtLeast ? GateOutcome.Inconclusive : GateOutcome.Passed;

    private GateOutcome Change(SliceMetric now, SliceMetric before)
    {
        var (loss, room) = (_options.HigherIsBetter ? before.Value - now.Value : now.Value - before.Value, _options.MaximumLoss!.Value * Math.Abs(before.Value));
        if (loss <= room) return GateOutcome.Passed;
        var apart = _options.HigherIsBetter ? before.Lower - now.Upper : now.Lower - before.Upper;
        return apart > 0 || double.IsNaN(loss) || (now.Lower == now.Upper && before.Lower == before.Upper) ? GateOutcome.Failed : GateOutcome.Warned;
    }

    private async ValueTask<IReadOnlyList<SliceMetric>> ReadAsync(ModelVersion version, IModelRegistry registry, CancellationToken cancellationToken)
    {
        var evaluation = await registry.ReadEvaluationAsync(version, cancellationToken).ConfigureAwait(false);
        var found = evaluation?.Metrics.Where(m => m.Metric == _options.Metric && (m.Slice.Length == 0 || (_options.Slices && m.Rows >= _options.MinimumRows))).ToList() ?? [];
        return found.Count > 0 || !version.Metrics.TryGetValue(_options.Metric, out var value) ? found : [new("", _options.Metric, value, value, value, 0)];
    }

    private string Wanted() => (_options.AtLeast is { } least ? Of($", at least {least:G4} is wanted") : "") + (_options.AtMost is { } most ? Of($", at most {most:G4} is wanted") : "");

    private static string Shown(SliceMetric metric) => metric.Lower == metric.Upper ? Of($"{metric.Value:G4}") : Of($"{metric.Value:G4} ({metric.Lower:G4} to {metric.Upper:G4})");

    private static int Rank(GateOutcome outcome) => outcome switch { GateOutcome.Failed => 3, GateOutcome.Inconclusive => 2, GateOutcome.Warned => 1, _ => 0 };
}
