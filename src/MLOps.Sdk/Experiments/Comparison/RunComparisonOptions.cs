namespace MLOps.Experiments;

/// <summary>How runs are compared.</summary>
public sealed record RunComparisonOptions
{
    /// <summary>What the runs are judged by; the first goal decides which is best. None by default: then nothing is best.</summary>
    public IReadOnlyList<MetricGoal> Goals { get; init; } = [];

    /// <summary>The id of the run that the others are measured against; the best one by the first goal when null, and the first one without goals.</summary>
    public string? Baseline { get; init; }

    /// <summary>The metrics whose learning curves are read; those of the goals when null, or without goals the first three that most runs have.</summary>
    public IReadOnlyList<string>? Curves { get; init; }

    /// <summary>The most points of a curve: 2 to 10,000; 300 by default.</summary>
    public int CurvePoints { get; init; } = 300;

    /// <summary>What curves are laid over each other by.</summary>
    public CurveAlignment Alignment { get; init; } = CurveAlignment.Step;

    /// <summary>Params in which repeats of one recipe differ: seeds by default.</summary>
    public IReadOnlyList<string> RepeatParams { get; init; } = ["seed", "random_seed", "random_state"];

    /// <summary>The level below which a difference counts as significant, 0..1 without its ends; 0.05 by default.</summary>
    public double Level { get; init; } = 0.05;

    internal RunComparisonOptions Checked()
    {
        if (CurvePoints is < 2 or > 10_000) throw new MLOpsInvalidException($"RunComparisonOptions.CurvePoints is {CurvePoints}; 2 to 10,000 are allowed.");
        if (!(Level > 0 && Level < 1)) throw new MLOpsInvalidException($"RunComparisonOptions.Level is {Level}; it lies between 0 and 1.");
        return this;
    }
}
