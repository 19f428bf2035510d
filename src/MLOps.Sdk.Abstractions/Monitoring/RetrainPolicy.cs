namespace MLOps.Monitoring;

/// <summary>
/// When a model is to be trained anew. Deciding is pure: the same state, evidence and time give the same decision, so that a policy can be played over last quarter's reports before it is
/// switched on.
/// </summary>
/// <remarks>
/// It starts only in the phase Alarm or when the schedule is due; never on data with a fault, which would be learned; not within the cooldown, which doubles with each retraining that gave no new
/// version; not beyond the weekly cap; and not before enough new labels came.
/// </remarks>
public sealed record RetrainPolicy
{
    private const int LargestDoubling = 6;
    private static readonly TimeSpan s_week = TimeSpan.FromDays(7);

    /// <summary>Whether a fall of the quality by labels is a reason; true by default.</summary>
    public bool OnQuality { get; init; } = true;

    /// <summary>Whether a fall by a trusted estimate is one; true by default.</summary>
    public bool OnEstimate { get; init; } = true;

    /// <summary>The share of the model that must have drifted for drift to be a reason; 0.3 by default; null when drift is none.</summary>
    public double? OnDriftShare { get; init; } = 0.3;

    /// <summary>In how many windows in a row; 3 by default, at least 1.</summary>
    public int DriftWindows { get; init; } = 3;

    /// <summary>How long after the last start a retraining is due without any reason; null for never, the default.</summary>
    public TimeSpan? Schedule { get; init; }

    /// <summary>How many of the last <see cref="Of"/> windows must give a reason; 2 by default.</summary>
    public int Enter { get; init; } = 2;

    /// <summary>How many windows are looked back on; 3 by default.</summary>
    public int Of { get; init; } = 3;

    /// <summary>After how many quiet windows in a row the alarm ends; 3 by default.</summary>
    public int Exit { get; init; } = 3;

    /// <summary>How many labels must have come since the last start; 0 by default.</summary>
    public long MinimumNewLabels { get; init; }

    /// <summary>The pause after a start; 24 hours by default.</summary>
    public TimeSpan Cooldown { get; init; } = TimeSpan.FromHours(24);

    /// <summary>The most starts within seven days; 2 by default, at least 1.</summary>
    public int MaximumPerWeek { get; init; } = 2;

    /// <summary>Decides.</summary>
    /// <param name="state">What the last decision left; <see cref="RetrainState.Initial"/> before the first.</param>
    /// <param name="evidence">What is known.</param>
    /// <param name="now">When; not before the last decision.</param>
    /// <exception cref="MLOpsInvalidException">The policy breaks a rule of its own.</exception>
    public RetrainDecision Decide(RetrainState state, RetrainEvidence evidence, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(evidence);
        Require();
        var drifts = OnDriftShare is { } share && evidence.DriftShare >= share ? state.DriftWindows + 1 : 0;
        var reason = OnQuality && evidence.QualityFell ? "the quality fell"
            : OnEstimate && evidence.EstimateFell ? "the estimated quality fell"
            : drifts >= DriftWindows ? FormattableString.Invariant($"columns that hold {100 * evidence.DriftShare:0} % of the model drifted in {drifts} windows in a row")
            : null;
        bool[] seen = [reason is not null, .. state.Seen.Take(Of - 1)];
        var quiet = reason is null ? state.QuietWindows + 1 : 0;
        // Drift has been asked to last already: it need not last twice.
        var isAlarm = seen.Count(s => s) >= Enter || (reason is not null && drifts >= DriftWindows);
        var next = state with
        {
            Phase = isAlarm ? RetrainPhase.Alarm
                : state.Phase is RetrainPhase.Alarm && quiet < Exit ? RetrainPhase.Alarm
                : reason is not null ? RetrainPhase.Warning
                : RetrainPhase.Ok,
            Seen = seen,
            DriftWindows = drifts,
            QuietWindows = quiet,
            NewLabels = state.NewLabels + evidence.NewLabels,
            Started = [.. state.Started.Where(s => s > now - s_week)],
            Rejections = evidence.Rejected switch { true => state.Rejections + 1, false => 0, null => state.Rejections },
        };
        var scheduled = Schedule is { } every && (state.LastStarted is not { } last || now - last >= every);
        if (next.Phase is not RetrainPhase.Alarm && !scheduled)
            return new(false, reason is null ? "There is no reason." : $"There is a reason ({reason}), but not in {Enter} of {Of} windows yet.", next, now);
        if (Hindrance(next, evidence, now) is { } hindrance) return new(false, hindrance, next, now);
        return new(
            true, scheduled && next.Phase is not RetrainPhase.Alarm ? "It is due by the schedule." : $"Retrain: {reason ?? "the alarm still holds"}.",
            next with { Started = [now, .. next.Started], LastStarted = now, NewLabels = 0, DriftWindows = 0, Seen = [], Phase = RetrainPhase.Ok, QuietWindows = 0 }, now);
    }

    /// <summary>What the policy would have done on some reports: one decision each, in the order of their windows' ends.</summary>
    /// <param name="reports">Kept reports of one model; where several are about one window, the last one made counts.</param>
    public IReadOnlyList<RetrainDecision> Replay(IEnumerable<MonitorReport> reports)
    {
        ArgumentNullException.ThrowIfNull(reports);
        var decisions = new List<RetrainDecision>();
        var state = RetrainState.Initial;
        foreach (var report in reports.GroupBy(r => (r.From, r.To)).Select(g => g.MaxBy(r => r.CreatedAt)!).OrderBy(r => r.To).ThenBy(r => r.From))
        {
            var decision = Decide(state, RetrainEvidence.Of(report), report.To);
            decisions.Add(decision);
            state = decision.Next;
        }

        return decisions;
    }

    private string? Hindrance(RetrainState state, RetrainEvidence evidence, DateTimeOffset now)
    {
        if (evidence.HasDataFault) return "Not while the data has a fault: it would be learned.";
        var doublings = 1L << Math.Min(state.Rejections, LargestDoubling);
        var pause = Cooldown.Ticks > TimeSpan.MaxValue.Ticks / doublings ? TimeSpan.MaxValue : Cooldown * doublings;
        if (state.LastStarted is { } last && now - last < pause) return FormattableString.Invariant($"Not before {last + pause:u}: the last one began at {last:u}.");
        if (state.Started.Count >= MaximumPerWeek) return FormattableString.Invariant($"Not more than {MaximumPerWeek} within seven days.");
        return state.NewLabels < MinimumNewLabels ? FormattableString.Invariant($"Only {state.NewLabels} labels came since the last one, and {MinimumNewLabels} are needed.") : null;
    }

    private void Require()
    {
        if (Of < 1 || Enter < 1 || Enter > Of) throw Broken($"{nameof(Enter)} is {Enter} of {Of}: it must be 1 to {nameof(Of)}");
        if (Exit < 1) throw Broken($"{nameof(Exit)} is {Exit}: it must be at least 1");
        if (DriftWindows < 1) throw Broken($"{nameof(DriftWindows)} is {DriftWindows}: it must be at least 1");
        if (MaximumPerWeek < 1) throw Broken($"{nameof(MaximumPerWeek)} is {MaximumPerWeek}: it must be at least 1");
        if (Cooldown < TimeSpan.Zero) throw Broken($"{nameof(Cooldown)} is {Cooldown}: it must be at least 0");
        if (OnDriftShare is { } share && !(share is > 0 and <= 1)) throw Broken(FormattableString.Invariant($"{nameof(OnDriftShare)} is {share}: it must be above 0 and at most 1"));
    }

    private static MLOpsInvalidException Broken(string what) => new($"{nameof(RetrainPolicy)}.{what}.");
}
