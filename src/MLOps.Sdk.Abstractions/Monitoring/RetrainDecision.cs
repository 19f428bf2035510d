namespace MLOps.Monitoring;

/// <summary>What a retrain policy decided.</summary>
/// <param name="Start">Whether to retrain now.</param>
/// <param name="Reason">Why, or why not, in a sentence.</param>
/// <param name="Next">The state for the next decision.</param>
/// <param name="At">When it was decided.</param>
public sealed record RetrainDecision(bool Start, string Reason, RetrainState Next, DateTimeOffset At);
