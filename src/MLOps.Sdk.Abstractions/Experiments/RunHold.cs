namespace MLOps.Experiments;

/// <summary>That a run must be kept: while it stands the run can be neither deleted nor purged.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Actor">Who holds it.</param>
/// <param name="At">Since when.</param>
public sealed record RunHold(string Reason, string Actor, DateTimeOffset At);
