using MLOps.Data;

namespace MLOps.Monitoring;

/// <summary>What a window's rows say when they are held against a baseline: pure, without a store.</summary>
internal sealed record WindowJudgement
{
    public required MonitorVerdict Verdict { get; init; }

    public IReadOnlyList<FeatureDrift> Columns { get; init; } = [];

    public bool PredictionDrifted { get; init; }

    /// <summary>Columns of the baseline that the log does not have, or has as another kind.</summary>
    public IReadOnlyList<string> Unlogged { get; init; } = [];

    public PredictionTask Task { get; init; }

    public IReadOnlyDictionary<string, double> Quality { get; init; } = new Dictionary<string, double>();

    public IReadOnlyDictionary<string, double> BaselineQuality { get; init; } = new Dictionary<string, double>();

    /// <summary>The drifted features without the prediction, the furthest moved first.</summary>
    public IReadOnlyList<FeatureDrift> Drifted { get; init; } = [];

    /// <summary>How many features were compared, without the prediction.</summary>
    public int Compared { get; init; }

    /// <param name="live">The window.</param>
    /// <param name="baseline">Null when the version has none.</param>
    /// <param name="registered">The version's metrics at registration: what quality is held against without a baseline.</param>
    /// <param name="tests">All drift tests.</param>
    /// <param name="options">The limits.</param>
    public static WindowJudgement Of(
        LiveWindow live, Baseline? baseline, IReadOnlyDictionary<string, double> registered, IReadOnlyList<IDriftTest> tests, MonitorOptions options)
    {
        var task = baseline?.Task ?? (registered.ContainsKey(Monitoring.Quality.Judged(PredictionTask.Binary)) ? PredictionTask.Binary : PredictionTask.Regression);
        var judgement = new WindowJudgement
        {
            Verdict = MonitorVerdict.InsufficientData,
            Task = task,
            Quality = Monitoring.Quality.Of(task, live.Labels, live.Predictions),
            BaselineQuality = baseline is { Quality.Count: > 0 } ? baseline.Quality : OfTask(task, registered),
        };
        if (live.Rows < options.MinimumRows) return judgement;

        var features = new List<(FeatureProfile, FeatureSample)>();
        var unlogged = new List<string>();
        foreach (var profile in baseline?.Features ?? [])
        {
            if (live.Features.FirstOrDefault(f => f.Name == profile.Name && f.Kind == profile.Kind) is { } sample) features.Add((profile, sample));
            else unlogged.Add(profile.Name);
        }

        var compared = features.Count;
        var answers = new FeatureSample(ColumnProfile.PredictionName, FeatureKind.Number, live.Predictions, default);
        if (baseline?.Prediction is { } prediction) features.Add((prediction, answers));
        var columns = DriftDecision.Decide(features, tests, options.FalseDiscoveryRate);
        var drifted = columns.Take(compared).Where(c => c.Drifted).OrderByDescending(Effect).ToArray();
        var predictionDrifted = columns.Count > compared && columns[^1].Drifted;

        var isWorse = live.LabelledRows >= options.MinimumLabels
            && judgement.BaselineQuality.TryGetValue(Monitoring.Quality.Judged(task), out var before)
            && Monitoring.Quality.IsWorse(task, before, options.QualityTolerance, live.Labels, live.Predictions);
        var hasDrifted = predictionDrifted || (drifted.Length > 0 && drifted.Length >= options.DriftShare * compared);
        var isQualityKnown = live.LabelledRows >= options.MinimumLabels && judgement.BaselineQuality.ContainsKey(Monitoring.Quality.Judged(task));
        return judgement with
        {
            Verdict = isWorse ? MonitorVerdict.QualityDrop
                : hasDrifted ? MonitorVerdict.Drift
                : columns.Count == 0 && !isQualityKnown ? MonitorVerdict.InsufficientData
                : MonitorVerdict.Ok,
            Columns = columns,
            PredictionDrifted = predictionDrifted,
            Unlogged = unlogged,
            Drifted = drifted,
            Compared = compared,
        };
    }

    // How many times its floor the largest effect is.
    private static double Effect(FeatureDrift column) => column.Tests.Max(t => t.EffectFloor > 0 ? t.Statistic / t.EffectFloor.Value : 0);

    private static Dictionary<string, double> OfTask(PredictionTask task, IReadOnlyDictionary<string, double> registered)
    {
        string[] names = task is PredictionTask.Binary ? ["accuracy", "auc", "brier"] : ["rmse", "mae", "r2", "bias"];
        return names.Where(registered.ContainsKey).ToDictionary(name => name, name => registered[name]);
    }
}
