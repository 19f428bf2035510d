namespace MLOps.Storage;

/// <summary>How patiently a store is asked again when it cannot do something now. Only <see cref="MLOpsUnavailableException"/> is retried.</summary>
public sealed class StorageRetryOptions
{
    /// <summary>How often a call is tried again after its first failure: 1 to 100; 5 by default.</summary>
    public int Retries { get; set; } = 5;

    /// <summary>The pause before the first retry, doubled with each further one and scattered at random, so that many processes do not come back in step; 0.2 seconds by default.</summary>
    public TimeSpan Delay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest pause, at least <see cref="Delay"/>; 10 seconds by default.</summary>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(10);

    internal StorageRetryOptions Require()
    {
        if (Retries is < 1 or > 100) throw new MLOpsInvalidException($"{nameof(StorageRetryOptions)}.{nameof(Retries)} is {Retries}: 1 to 100 is allowed.");
        if (Delay <= TimeSpan.Zero || Delay > TimeSpan.FromHours(1)) throw new MLOpsInvalidException($"{nameof(StorageRetryOptions)}.{nameof(Delay)} is {Delay}: more than nothing and at most an hour is allowed.");
        if (MaxDelay < Delay) throw new MLOpsInvalidException($"{nameof(StorageRetryOptions)}.{nameof(MaxDelay)} is {MaxDelay}, less than {nameof(Delay)}, {Delay}.");
        return this;
    }
}
