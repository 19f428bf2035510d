using MLOps.Models;

namespace MLOps.Delivery;

/// <summary>
/// Candidate against champion on the same labelled rows; see <see cref="Gate.Metric"/>.
/// </summary>
/// <remarks>
/// Per row the loss of the candidate is taken from the loss that would just be good enough; the mean of these differences is resampled (paired block
/// bootstrap, percentile bounds: Efron and Tibshirani 1993, Künsch 1989). Passed when its lower bound is above 0, Failed when its upper bound is below 0,
/// Inconclusive between them, so that noise promotes nothing. An answer of the candidate that is not finite fails; rows on which the champion's is not
/// finite are left out and counted. Thread-safe as far as <c>score</c> is.
/// </remarks>
/// <typeparam name="TInput">The models' input.</typeparam>
/// <typeparam name="TOutput">The models' output.</typeparam>
public sealed class MetricGate<TInput, TOutput> : IGate
{
    private readonly LabelledRows<TInput, TOutput> _rows;
    private readonly MetricGateOptions _options;

    internal MetricGate(TInput[] inputs, double[] labels, Func<TOutput, double> score, MetricGateOptions options)
    {
        (_rows, _options) = (new(inputs, labels, score), MetricGateRules.Require(options, labels));
        Name = MLOps.Name.Require(options.Name ?? options.Metric.ToString().ToLowerInvariant(), "gate name");
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public async ValueTask<GateResult> EvaluateAsync(GateSubject subject, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(subject);
        var rows = new Dictionary<string, double> { ["rows"] = _rows.Count };
        if (_rows.Count < _options.MinimumRows)
            return new(GateOutcome.Inconclusive, GateText.Of($"There are {_rows.Count} labelled rows, and {_options.MinimumRows} are needed."), rows);

        var candidate = await _rows.AnswerAsync(subject.Candidate, subject.Registry, cancellationToken).ConfigureAwait(false);
        var broken = candidate.Count(answer => !double.IsFinite(answer));
        if (broken > 0) return new(GateOutcome.Failed, GateText.Of($"{subject.Candidate} gave no finite number for {broken} of {_rows.Count} rows."), rows);
        if (subject.Champion is null)
        {
            rows["candidate"] = MetricLoss.Metric(_options.Metric, MetricLoss.PerRow(_options.Metric, _rows.Labels, candidate));
            var message = GateText.Of($"There is no champion to compare with; the {Name} of {subject.Candidate} is {rows["candidate"]:G4} over {_rows.Count} rows.");
            return new(_options.PassWithoutChampion ? GateOutcome.Passed : GateOutcome.Inconclusive, message, rows);
        }

        var champion = await _rows.AnswerAsync(subject.Champion, subject.Registry, cancellationToken).ConfigureAwait(false);
        return Decide(subject, candidate, champion);
    }

    private GateResult Decide(GateSubject subject, double[] candidate, double[] champion)
    {
        var kept = Enumerable.Range(0, _rows.Count).Where(i => double.IsFinite(champion[i])).ToArray();
        var labels = kept.Select(i => _rows.Labels[i]).ToArray();
        var better = MetricLoss.PerRow(_options.Metric, labels, [.. kept.Select(i => candidate[i])]);
        var before = MetricLoss.PerRow(_options.Metric, labels, [.. kept.Select(i => champion[i])]);
        if (kept.Length < _options.MinimumRows)
            return new(
                GateOutcome.Inconclusive,
                GateText.Of($"The champion {subject.Champion} gave a finite number for only {kept.Length} of {_rows.Count} rows, and {_options.MinimumRows} are needed to compare."),
                new Dictionary<string, double> { ["rows"] = kept.Length });

        var factor = MetricLoss.Factor(_options.Metric, _options.MinimumImprovement);
        var (lower, upper) = PairedBootstrap.Bounds([.. before.Zip(better, (b, c) => factor * b - c)], _options);
        double now = MetricLoss.Metric(_options.Metric, better), then = MetricLoss.Metric(_options.Metric, before);
        var outcome = lower > 0 ? GateOutcome.Passed : upper < 0 ? GateOutcome.Failed : GateOutcome.Inconclusive;
        var evidence = new Dictionary<string, double>
        {
            ["rows"] = kept.Length,
            ["candidate"] = now,
            ["champion"] = then,
            ["improvement"] = then > 0 ? 1 - now / then : 0,
            ["minimumImprovement"] = _options.MinimumImprovement,
            ["lower"] = lower,
            ["upper"] = upper,
        };
        var verdict = outcome switch
        {
            GateOutcome.Passed => "good enough",
            GateOutcome.Failed => "not good enough",
            _ => "the difference may be chance",
        };
        var skipped = kept.Length < _rows.Count ? GateText.Of($" The champion gave no finite number for {_rows.Count - kept.Length} more rows.") : "";
        return new(
            outcome,
            GateText.Of($"The {Name} of {subject.Candidate} is {now:G4} against {then:G4} of the champion {subject.Champion} over the same {kept.Length} rows ({-evidence["improvement"]:+0.0 %;-0.0 %;0 %}, wanted {-_options.MinimumImprovement:+0.0 %;-0.0 %;below 0 %}): {verdict} at {_options.Confidence:P0}.{skipped}"),
            evidence);
    }
}
