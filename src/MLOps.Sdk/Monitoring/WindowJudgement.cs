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

    /// <summary>How much of the model the drifted columns are, 0..1.</summary>
    public double DriftShare { get; init; }

    /// <summary>The columns looked at together; see <see cref="Multivariate"/>.</summary>
    public IReadOnlyList<DriftTestResult> Together { get; init; } = [];

    /// <param name="live">The window.</param>
    /// <param name="baseline">Null when the version has none.</param>
    /// <param name="registered">The version's metrics at registration: what quality is held against without a baseline.</param>
    /// <param name="tests">All drift tests.</param>
    /// <param name="options">The limits.</param>
    public static WindowJudgement Of(
        LiveWindow live, Baseline? baseline, IReadOnlyDictionary<string, double> registered, IReadOnlyList<IDriftTest> tests, MonitorOptions options)
    {
        if (live.Rows < options.MinimumRows) return OfColumns(live, baseline, registered, [], options);
        // Rows that are gone live on in the windows that counted them.
        if (live.Stored is { } stored)
            return OfColumns(live, baseline, registered, [.. stored.Columns.Where(c => c.Missing + c.Moments.Count + c.Counts.ToArray().Sum() > 0).Select(c => DriftDecision.Judge(c.Profile, c.ToSample(), tests))], options);
        var columns = new List<(FeatureProfile Profile, FeatureColumn Column)>();
        foreach (var profile in baseline?.Features ?? [])
            if (live.Features.FirstOrDefault(f => f.Name == profile.Name && f.Kind == profile.Kind) is { } column) columns.Add((profile, column));
        if (baseline?.Prediction is { } prediction && !live.HasNoAnswers) columns.Add((prediction, new(ColumnProfile.PredictionName, FeatureKind.Number, live.Predictions, default)));
        var judged = new JudgedColumn[columns.Count];
        Parallel.For(0, judged.Length, i => judged[i] = DriftDecision.Judge(columns[i].Profile, new ColumnShape(columns[i].Profile).Sample(columns[i].Column), tests));
        return OfColumns(live, baseline, registered, judged, options);
    }

    /// <param name="live">The window.</param>
    /// <param name="baseline">Null when the version has none.</param>
    /// <param name="registered">The version's metrics at registration.</param>
    /// <param name="judged">The columns, the answers last; not looked at when there are too few rows.</param>
    /// <param name="options">The limits.</param>
    public static WindowJudgement OfColumns(
        LiveWindow live, Baseline? baseline, IReadOnlyDictionary<string, double> registered, IReadOnlyList<JudgedColumn> judged, MonitorOptions options)
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

        var columns = DriftDecision.Decide(judged, options.FalseDiscoveryRate);
        var compared = columns.Count - (baseline?.Prediction is not null && columns.Count > 0 && columns[^1].Name == ColumnProfile.PredictionName ? 1 : 0);
        var unlogged = (baseline?.Features ?? []).Where(f => columns.All(c => c.Name != f.Name || c.Kind != f.Kind)).Select(f => f.Name).ToArray();
        var drifted = columns.Take(compared).Where(c => c.Drifted).OrderByDescending(c => c.Effect * (c.Importance ?? 1)).ToArray();
        var predictionDrifted = columns.Count > compared && columns[^1].Drifted;
        var share = drifted.Length == 0 ? 0 : Share(columns.Take(compared), drifted);
        var together = baseline is null ? [] : Multivariate.Compare(baseline, live.Features);

        var isWorse = live.LabelledRows >= options.MinimumLabels
            && judgement.BaselineQuality.TryGetValue(Monitoring.Quality.Judged(task), out var before)
            && Monitoring.Quality.IsWorse(task, before, options.QualityTolerance, live.Labels, live.Predictions);
        var hasDrifted = predictionDrifted || (drifted.Length > 0 && share >= options.DriftShare) || Multivariate.HasDrifted(together, options.FalseDiscoveryRate);
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
            Together = together,
            DriftShare = share,
        };
    }

    /// <summary>How much of the model the drifted columns are: by importance when it is known, else by number; the larger of both, so that a dozen columns of little weight are not passed over.</summary>
    private static double Share(IEnumerable<FeatureDrift> columns, FeatureDrift[] drifted)
    {
        var all = columns.ToArray();
        var byNumber = (double)drifted.Length / all.Length;
        return all.Sum(c => c.Importance ?? 0) is > 0 and var sum ? Math.Max(byNumber, drifted.Sum(d => d.Importance ?? 0) / sum) : byNumber;
    }

    private static Dictionary<string, double> OfTask(PredictionTask task, IReadOnlyDictionary<string, double> registered)
    {
        string[] names = task is PredictionTask.Binary ? ["accuracy", "auc", "brier"] : ["rmse", "mae", "r2", "bias"];
        return names.Where(registered.ContainsKey).ToDictionary(name => name, name => registered[name]);
    }
}
