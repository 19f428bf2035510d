namespace MLOps;

/// <summary>Something was named that does not exist. The message names what does.</summary>
/// <param name="message">What was wrong and what to do about it.</param>
/// <param name="innerException">The cause, when there is one.</param>
public sealed class MLOpsNotFoundException(string message, Exception? innerException = null) : MLOpsException(message, innerException)
{
    /// <inheritdoc/>
    public override string Code => "not-found";
}
