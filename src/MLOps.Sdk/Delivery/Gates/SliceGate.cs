using MLOps.Models;
using MLOps.Statistics;
using static MLOps.Delivery.GateText;

namespace MLOps.Delivery;

/// <summary>
/// Candidate against champion slice by slice on the same rows: fails when in some slice the candidate is worse than it may be by more than chance, with Holm's correction over all slices of all columns.
/// An average that improved cannot hide a group that lost.
/// </summary>
internal sealed class SliceGate<TInput, TOutput> : IGate
{
    private readonly LabelledRows<TInput, TOutput> _rows;
    private readonly IReadOnlyList<(string Name, int[] Rows)> _slices;
    private readonly int _small;
    private readonly MetricGateOptions _options;

    public SliceGate(TInput[] inputs, double[] labels, Func<TOutput, double> score, IEnumerable<(string Name, int[] Rows)> slices, MetricGateOptions options)
    {
        (_rows, _options) = (new(inputs, labels, score), MetricGateRules.Require(options, labels));
        var all = slices.ToList();
        _slices = [.. all.Where(s => s.Rows.Length >= options.MinimumRows)];
        _small = all.Count - _slices.Count;
        Name = MLOps.Name.Require(options.Name ?? $"{options.Metric.ToString().ToLowerInvariant()}-slices", "gate name");
    }

    public string Name { get; }

    public async ValueTask<GateResult> EvaluateAsync(GateSubject subject, CancellationToken cancellationToken = default)
    {
        if (_slices.Count == 0) return Result(GateOutcome.Inconclusive, $"No slice has {_options.MinimumRows} labelled rows: {_small} are smaller.", ("slices", 0), ("small", _small));
        if (subject.Champion is null)
            return Result(_options.PassWithoutChampion ? GateOutcome.NotApplicable : GateOutcome.Inconclusive, $"There is no champion whose slices {subject.Candidate} could be compared with.", ("slices", _slices.Count));
        var candidate = await _rows.AnswerAsync(subject.Candidate, subject.Registry, cancellationToken).ConfigureAwait(false);
        if (candidate.Count(a => !double.IsFinite(a)) is > 0 and var broken) return Result(GateOutcome.Failed, $"{subject.Candidate} gave no finite number for {broken} of {_rows.Count} rows.", ("rows", _rows.Count));
        var champion = await _rows.AnswerAsync(subject.Champion, subject.Registry, cancellationToken).ConfigureAwait(false);
        double[] now = MetricLoss.PerRow(_options.Metric, _rows.Labels, candidate), then = MetricLoss.PerRow(_options.Metric, _rows.Labels, champion);
        return Decide(subject, now, then);
    }

    private GateResult Decide(GateSubject subject, double[] now, double[] then)
    {
        var factor = MetricLoss.Factor(_options.Metric, _options.MinimumImprovement);
        var evidence = new Dictionary<string, double>(StringComparer.Ordinal) { ["slices"] = _slices.Count, ["small"] = _small };
        var p = new double[_slices.Count];
        for (var i = 0; i < p.Length; i++)
        {
            // A row on which the champion fails is no argument against the candidate.
            var rows = _slices[i].Rows.Where(r => double.IsFinite(then[r])).ToArray();
            p[i] = rows.Length < _options.MinimumRows ? double.NaN : PairedBootstrap.PValueBelowZero([.. rows.Select(r => factor * then[r] - now[r])], _options);
            evidence[$"{_slices[i].Name}: candidate"] = MetricLoss.Metric(_options.Metric, [.. rows.Select(r => now[r])]);
            evidence[$"{_slices[i].Name}: champion"] = MetricLoss.Metric(_options.Metric, [.. rows.Select(r => then[r])]);
        }

        var adjusted = MultipleTesting.Holm(p);
        for (var i = 0; i < p.Length; i++) evidence[$"{_slices[i].Name}: p"] = adjusted[i];
        var worse = Enumerable.Range(0, p.Length).Where(i => adjusted[i] <= 1 - _options.Confidence).OrderBy(i => adjusted[i]).ToList();
        var named = string.Join(", ", worse.Take(5).Select(i => Of($"{_slices[i].Name} ({evidence[$"{_slices[i].Name}: candidate"]:G4} against {evidence[$"{_slices[i].Name}: champion"]:G4}, p {adjusted[i]:G2})")));
        var small = _small > 0 ? Of($" {_small} slices of fewer than {_options.MinimumRows} rows were left out.") : "";
        return new(
            worse.Count > 0 ? GateOutcome.Failed : GateOutcome.Passed,
            worse.Count > 0
                ? Of($"The {_options.Metric} of {subject.Candidate} is worse than that of {subject.Champion} in {worse.Count} of {p.Length} slices: {named}.{small}")
                : Of($"In none of {p.Length} slices the {_options.Metric} of {subject.Candidate} is shown to be worse than that of {subject.Champion}.{small}"),
            evidence);
    }
}
