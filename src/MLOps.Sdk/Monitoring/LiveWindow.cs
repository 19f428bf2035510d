namespace MLOps.Monitoring;

/// <summary>What one version answered in a window, column by column.</summary>
/// <param name="Number">The version that is judged; 0 when none was asked for and there were no predictions.</param>
/// <param name="OtherRows">Predictions of other versions.</param>
/// <param name="Features">The logged columns; empty when the model logs only answers.</param>
/// <param name="Predictions">The answers.</param>
/// <param name="Labels">The truth of each answer, NaN while it is unknown.</param>
internal sealed record LiveWindow(int Number, long OtherRows, IReadOnlyList<FeatureColumn> Features, double[] Predictions, double[] Labels)
{
    public long Rows => Math.Max(Predictions.Length, Stored?.Rows ?? 0);

    /// <summary>What the stored windows hold of it; null when all its rows are in the log.</summary>
    public WindowSummary? Stored { get; init; }

    public long LabelledRows => Labels.Count(label => !double.IsNaN(label));

    /// <summary>Whether the rows came without any answer.</summary>
    public bool HasNoAnswers => Predictions.All(double.IsNaN);

    /// <summary>The event time of each answer in ticks; empty when it is not known.</summary>
    public long[] Times { get; init; } = [];

    /// <summary>The generations that answered.</summary>
    public IReadOnlyList<ulong> Generations { get; init; } = [];
}
