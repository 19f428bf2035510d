namespace MLOps.Monitoring;

/// <summary>That a subject's rows were taken out of a model's log: what the audit chain keeps of it. Neither the value nor a hash of it is kept.</summary>
/// <param name="Id">Its id: a UUIDv7 as 32 hexadecimal characters.</param>
/// <param name="Model">The model.</param>
/// <param name="Column">The column by which the rows were found.</param>
/// <param name="Rows">How many predictions were erased.</param>
/// <param name="Windows">How many hours were counted anew.</param>
/// <param name="Reason">Why.</param>
/// <param name="By">Who.</param>
/// <param name="At">When.</param>
public sealed record PredictionErased(string Id, string Model, string Column, long Rows, int Windows, string? Reason, string By, DateTimeOffset At);
