namespace MLOps.Monitoring;

/// <summary>All that a retrain policy remembers from one decision to the next.</summary>
public sealed record RetrainState
{
    /// <summary>The state before the first decision.</summary>
    public static RetrainState Initial { get; } = new();

    /// <summary>Where it stands.</summary>
    public RetrainPhase Phase { get; init; }

    /// <summary>Which of the last windows gave a reason, the newest first.</summary>
    public IReadOnlyList<bool> Seen { get; init; } = [];

    /// <summary>Windows in a row with enough drift.</summary>
    public int DriftWindows { get; init; }

    /// <summary>Windows in a row without a reason.</summary>
    public int QuietWindows { get; init; }

    /// <summary>Labels that came since the last start.</summary>
    public long NewLabels { get; init; }

    /// <summary>When retrainings of the last seven days were started, the newest first.</summary>
    public IReadOnlyList<DateTimeOffset> Started { get; init; } = [];

    /// <summary>When the last one was started; null when there was none.</summary>
    public DateTimeOffset? LastStarted { get; init; }

    /// <summary>Retrainings in a row that gave no new version: each doubles the cooldown.</summary>
    public int Rejections { get; init; }
}
