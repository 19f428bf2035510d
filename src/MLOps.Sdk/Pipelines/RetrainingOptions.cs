using MLOps.Delivery;
using MLOps.Models;
using MLOps.Monitoring;

namespace MLOps.Pipelines;

/// <summary>How a model is trained again when its monitor finds drift. Read once, when the store is first used.</summary>
public sealed class RetrainingOptions
{
    /// <summary>Trains and registers a new version, and returns it. Required. The token is cancelled when the time limit is over.</summary>
    public Func<RetrainingTrigger, CancellationToken, ValueTask<ModelVersion>>? Train { get; set; }

    /// <summary>The gates that the new version must pass, asked after training so that they can take the newest labelled rows. None by default: every new version is promoted.</summary>
    public Func<RetrainingTrigger, ModelVersion, CancellationToken, ValueTask<IReadOnlyList<IGate>>>? Gates { get; set; }

    /// <summary>Which reports wake it; by default the verdicts <see cref="MonitorVerdict.Drift"/> and <see cref="MonitorVerdict.QualityDrop"/>. Only reports on the version that the alias points to are asked about.</summary>
    public Func<MonitorReport, bool> When { get; set; } = report => report.Verdict is MonitorVerdict.Drift or MonitorVerdict.QualityDrop;

    /// <summary>The alias that is watched and moved; <c>champion</c> by default.</summary>
    public string Alias { get; set; } = "champion";

    /// <summary>
    /// The pause after a retraining; one day by default, at least 0. It doubles with each retraining in a row that promoted nothing, up to 64 times as long.
    /// With 0, for a script that plays back history, only <see cref="MaximumAttempts"/> and <see cref="MaximumPerWeek"/> hold it back.
    /// </summary>
    public TimeSpan Cooldown { get; set; } = TimeSpan.FromDays(1);

    /// <summary>The most retrainings that begin within seven days; 7 by default, at least 1.</summary>
    public int MaximumPerWeek { get; set; } = 7;

    /// <summary>How often one report may wake a training that fails or whose process dies; 3 by default, at least 1.</summary>
    public int MaximumAttempts { get; set; } = 3;

    /// <summary>How long a retraining may take; six hours by default, at most 40 days. One that is still marked as running after that was left by a process that died, and is taken over.</summary>
    public TimeSpan TimeLimit { get; set; } = TimeSpan.FromHours(6);
}
