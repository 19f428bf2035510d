namespace MLOps;

/// <summary>A policy said no: a gate failed or an approval is missing. The message says which.</summary>
/// <param name="message">What was wrong and what to do about it.</param>
/// <param name="innerException">The cause, when there is one.</param>
public sealed class MLOpsRejectedException(string message, Exception? innerException = null) : MLOpsException(message, innerException)
{
    /// <inheritdoc/>
    public override string Code => "rejected";
}
