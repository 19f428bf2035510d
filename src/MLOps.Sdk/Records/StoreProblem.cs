namespace MLOps.Records;

/// <summary>Something wrong in a store.</summary>
/// <param name="Kind">What is wrong, for programs: <c>blob-damaged</c>, <c>blob-missing</c>, <c>stream-damaged</c>, <c>record-damaged</c> or <c>audit-broken</c>.</param>
/// <param name="Subject">The blob's key, the stream's name, or the record as <c>collection/id</c>.</param>
/// <param name="Message">What is wrong, and what to do.</param>
public sealed record StoreProblem(string Kind, string Subject, string Message);
