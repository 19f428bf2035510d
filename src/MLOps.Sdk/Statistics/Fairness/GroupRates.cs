namespace MLOps.Statistics;

/// <summary>A group of rows and how its members were judged.</summary>
/// <param name="Group">The group's name.</param>
/// <param name="Confusion">Its counts: every rate of the group (selection, true-positive, ...) follows from them.</param>
public readonly record struct GroupRates(string Group, ConfusionCounts Confusion);
