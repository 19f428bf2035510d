namespace MLOps;

/// <summary>More is asked than can be answered in time: a queue is full, or a deadline passed while the call waited. Nothing was computed; the same call may succeed later.</summary>
/// <param name="message">What is full and which setting bounds it.</param>
/// <param name="retryAfter">When it is worth trying again.</param>
public sealed class MLOpsOverloadedException(string message, TimeSpan retryAfter) : MLOpsException(message, null)
{
    /// <inheritdoc/>
    public override string Code => "overloaded";

    /// <summary>When it is worth trying again.</summary>
    public TimeSpan RetryAfter { get; } = retryAfter;
}
