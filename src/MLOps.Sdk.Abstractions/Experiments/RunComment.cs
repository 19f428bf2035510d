namespace MLOps.Experiments;

/// <summary>What somebody said about a run.</summary>
/// <param name="Text">The words.</param>
/// <param name="Actor">Who.</param>
/// <param name="At">When.</param>
public sealed record RunComment(string Text, string Actor, DateTimeOffset At);
