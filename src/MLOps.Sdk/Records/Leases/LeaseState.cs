namespace MLOps.Records;

/// <summary>Who holds something that one process does at a time.</summary>
/// <param name="Name">What is held.</param>
/// <param name="Holder">A name drawn by the process that holds it; empty when nobody does.</param>
/// <param name="Beat">Grows with every sign of life.</param>
internal sealed record LeaseState(string Name, string Holder, long Beat);
