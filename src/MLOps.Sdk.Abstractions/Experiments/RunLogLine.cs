namespace MLOps.Experiments;

/// <summary>A line of a run's log.</summary>
/// <param name="Time">When it was written, to the millisecond, UTC.</param>
/// <param name="Level">How grave it is: <c>Information</c>, <c>Warning</c>, <c>Error</c> or a word of your own.</param>
/// <param name="Category">Who wrote it; empty when unknown.</param>
/// <param name="Message">What it says; longer than 16,000 characters it is cut.</param>
public sealed record RunLogLine(DateTimeOffset Time, string Level, string Category, string Message);
