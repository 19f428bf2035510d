namespace MLOps;

/// <summary>The store cannot do it now: its disk is full, its file is locked or may not be written, its server is away. Nothing was changed; the same call may succeed later.</summary>
/// <param name="message">What is in the way and what to do about it.</param>
/// <param name="innerException">The cause, when there is one.</param>
public sealed class MLOpsUnavailableException(string message, Exception? innerException = null) : MLOpsException(message, innerException)
{
    /// <inheritdoc/>
    public override string Code => "unavailable";
}
