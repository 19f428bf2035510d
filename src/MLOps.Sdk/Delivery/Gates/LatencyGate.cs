using MLOps.Models;
using MLOps.Statistics;
using static MLOps.Delivery.GateText;

namespace MLOps.Delivery;

/// <summary>Measures single answers. The quantile has an interval from order statistics: Passed when the whole of it keeps the limit, Failed when none of it does. Champion and candidate take turns, so that both meet the same machine.</summary>
internal sealed class LatencyGate<TInput, TOutput> : IGate
{
    private const int Turns = 20;
    private readonly TInput[] _inputs;
    private readonly LatencyGateOptions _options;
    private readonly TimeProvider _time;

    public LatencyGate(TInput[] inputs, LatencyGateOptions options, TimeProvider time)
    {
        if (inputs.Length == 0) throw new MLOpsInvalidException("The latency gate has no rows to ask for.");
        if (options.Calls is < 100 or > 1_000_000) throw new MLOpsInvalidException($"{nameof(LatencyGateOptions)}.{nameof(options.Calls)} must be between 100 and 1,000,000.");
        if (!(options.Quantile is > 0 and < 1)) throw new MLOpsInvalidException($"{nameof(LatencyGateOptions)}.{nameof(options.Quantile)} must be between 0 and 1.");
        if (options is { Maximum: null, MaximumRatio: null }) throw new MLOpsInvalidException("The latency gate has neither a maximum nor a maximum ratio, so that nothing could fail.");
        (_inputs, _options, _time) = (inputs, options, time);
        Name = MLOps.Name.Require(options.Name, "gate name");
    }

    public string Name { get; }

    public async ValueTask<GateResult> EvaluateAsync(GateSubject subject, CancellationToken cancellationToken = default)
    {
        var candidate = await LoadedModel<TInput, TOutput>.LoadAsync(subject.Candidate, subject.Registry, cancellationToken).ConfigureAwait(false);
        await using (candidate.ConfigureAwait(false))
        {
            if (_options.MaximumRatio is null || subject.Champion is null) return Judge(subject, candidate.Model, null, cancellationToken);
            var champion = await LoadedModel<TInput, TOutput>.LoadAsync(subject.Champion, subject.Registry, cancellationToken).ConfigureAwait(false);
            await using (champion.ConfigureAwait(false)) return Judge(subject, candidate.Model, champion.Model, cancellationToken);
        }
    }

    private GateResult Judge(GateSubject subject, IModel<TInput, TOutput> candidate, IModel<TInput, TOutput>? champion, CancellationToken cancellationToken)
    {
        var turn = Math.Max(1, _options.Calls / Turns);
        var times = new double[turn * Turns];
        var ratios = new double[Turns];
        var others = new double[turn];
        Measure(candidate, new double[Math.Max(1, _options.Calls / 10)], cancellationToken);
        if (champion is not null) Measure(champion, new double[Math.Max(1, _options.Calls / 10)], cancellationToken);
        for (var i = 0; i < Turns; i++)
        {
            var mine = times.AsSpan(i * turn, turn);
            Measure(candidate, mine, cancellationToken);
            if (champion is null) continue;
            Measure(champion, others, cancellationToken);
            ratios[i] = Quantile.Of(mine.ToArray(), [0.5])[0] / Math.Max(double.Epsilon, Quantile.Of(others, [0.5])[0]);
        }

        Array.Sort(times);
        double n = times.Length, q = _options.Quantile, spread = 1.6449 * Math.Sqrt(n * q * (1 - q));
        double At(double rank) => times[(int)Math.Clamp(rank, 0, n - 1)];
        double value = At(n * q), lower = At(Math.Floor(n * q - spread)), upper = At(Math.Ceiling(n * q + spread));
        var outcome = _options.Maximum is not { TotalMilliseconds: var most } || upper <= most ? GateOutcome.Passed : lower > most ? GateOutcome.Failed : GateOutcome.Inconclusive;
        var wanted = _options.Maximum is { } limit ? Of($", at most {limit.TotalMilliseconds:G4} ms is wanted") : "";
        if (champion is null) return Result(outcome, $"The {q:P1} quantile of {n} answers is {value:G4} ms ({lower:G4} to {upper:G4}){wanted}.", ("calls", n), ("value", value), ("lower", lower), ("upper", upper));
        var ratio = Quantile.Of(ratios, [0.5])[0];
        if (ratio > _options.MaximumRatio) outcome = GateOutcome.Failed;
        return Result(
            outcome, $"The {q:P1} quantile of {n} answers is {value:G4} ms ({lower:G4} to {upper:G4}){wanted}; the median answer takes {ratio:G3} times as long as with {subject.Champion}, at most {_options.MaximumRatio:G3} is wanted.",
            ("calls", n), ("value", value), ("lower", lower), ("upper", upper), ("ratio", ratio));
    }

    private void Measure(IModel<TInput, TOutput> model, Span<double> times, CancellationToken cancellationToken)
    {
        for (var i = 0; i < times.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var began = _time.GetTimestamp();
            model.Predict(_inputs[i % _inputs.Length]);
            times[i] = _time.GetElapsedTime(began).TotalMilliseconds;
        }
    }
}
