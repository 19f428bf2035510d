namespace MLOps;

/// <summary>An argument, a file or a configuration breaks a rule. The message says the rule.</summary>
/// <param name="message">What was wrong and what to do about it.</param>
/// <param name="innerException">The cause, when there is one.</param>
public sealed class MLOpsInvalidException(string message, Exception? innerException = null) : MLOpsException(message, innerException)
{
    /// <inheritdoc/>
    public override string Code => "invalid";
}
