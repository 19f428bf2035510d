namespace MLOps.Records;

/// <summary>
/// A process's sign of life, on which what it has open hangs: others take it for void once it is no longer renewed, or the process is seen to be gone. Every renewal is a new version of the record;
/// the epoch counts the holders, so that whoever lost a lease can tell.
/// </summary>
/// <param name="Name">What is claimed.</param>
/// <param name="Holder">The process that holds it.</param>
/// <param name="Actor">Who runs that process.</param>
/// <param name="Epoch">How often the lease was taken, this time included.</param>
/// <param name="RenewedAt">By the holder's clock: to be shown, and never compared with another clock.</param>
/// <param name="TimeToLive">How many milliseconds an observer may see it unchanged.</param>
internal sealed record ProcessLease(string Name, ProcessMark Holder, string Actor, long Epoch, DateTimeOffset RenewedAt, long TimeToLive);
