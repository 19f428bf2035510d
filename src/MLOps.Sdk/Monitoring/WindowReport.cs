using MLOps.Statistics;

namespace MLOps.Monitoring;

/// <summary>Puts together what one window says: pure, without a store.</summary>
internal static class WindowReport
{
    private const double Mature = 0.9, FewestCompared = 100;

    public static MonitorReport Of(string id, string model, MonitorWindow window, LiveWindow live, PreparedBaseline? prepared, WindowJudgement judgement, MonitorOptions options, DateTimeOffset now)
    {
        var baseline = prepared?.Baseline;
        var isJudged = live.Rows >= options.MinimumRows;
        return new()
        {
            Id = id,
            Model = model,
            Number = live.Number,
            From = window.From,
            To = window.To,
            Rows = live.Rows,
            OtherRows = live.OtherRows,
            LabelledRows = live.LabelledRows,
            Verdict = judgement.Verdict,
            Summary = ReportSummary.Of(live.Number == 0 ? model : FormattableString.Invariant($"{model}/{live.Number}"), live, baseline is not null, judgement, options),
            Features = judgement.Columns,
            Together = judgement.Together,
            DriftShare = judgement.DriftShare,
            Quality = judgement.Quality,
            BaselineQuality = judgement.BaselineQuality,
            QualityRanges = QualityRanges.Of(judgement.Task, live.Labels, live.Predictions),
            IsProvisional = live.Rows > 0 && live.LabelledRows < Mature * live.Rows && now < After(window.To, options.LabelLateness),
            LabelSelection = Selection(live),
            Estimate = prepared is null || live.HasNoAnswers ? null : EstimatedQuality.Of(prepared, live.Features, live.Predictions),
            Concept = prepared is null || live.LabelledRows < options.MinimumLabels ? [] : Concept(prepared, live, options),
            Segments = baseline is null || !isJudged ? [] : SegmentSearch.Of(baseline, live, options.FalseDiscoveryRate),
            Fairness = judgement.Task is PredictionTask.Binary && isJudged ? FairnessJudgement.Of(live, baseline, options.Fairness) : [],
            FalseAlertsPerMonth = baseline is null ? null : BaselineReplay.FalseAlertsPerMonth(baseline, options),
            CreatedAt = now,
        };
    }

    private static IReadOnlyList<ConceptSignal> Concept(PreparedBaseline prepared, LiveWindow live, MonitorOptions options)
    {
        if (prepared.Concept(options.RunLength) is not { } concept || live.Times.Length != live.Predictions.Length) return [];
        var rows = Enumerable.Range(0, live.Predictions.Length).Where(r => double.IsFinite(live.Labels[r])).OrderBy(r => live.Times[r]);
        return concept.Judge([.. rows.Select(r => (live.Times[r], ConceptDrift.Loss(live.Labels[r], live.Predictions[r])))]);
    }

    private static DriftTestResult? Selection(LiveWindow live)
    {
        List<double> with = [], without = [];
        for (var i = 0; i < live.Predictions.Length; i++) (double.IsNaN(live.Labels[i]) ? without : with).Add(live.Predictions[i]);
        if (with.Count < FewestCompared || without.Count < FewestCompared) return null;
        var result = TwoSample.KolmogorovSmirnov(with.ToArray(), without.ToArray());
        return result.IsConclusive ? new("ks", result.Statistic, result.PValue, 0.1) : null;
    }

    private static DateTimeOffset After(DateTimeOffset moment, TimeSpan span) => span > DateTimeOffset.MaxValue - moment ? DateTimeOffset.MaxValue : moment + span;
}
