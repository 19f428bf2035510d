namespace MLOps;

/// <summary>Somebody else was faster: the expected version of a record, an alias or a stream no longer holds. Nothing was overwritten; read again and decide.</summary>
/// <param name="message">What was expected and what was found.</param>
/// <param name="subjects">The records or streams whose expectation failed, as <c>collection/id</c> or stream name.</param>
/// <param name="innerException">The cause, when there is one.</param>
public sealed class MLOpsConflictException(string message, IReadOnlyList<string>? subjects = null, Exception? innerException = null)
    : MLOpsException(message, innerException)
{
    /// <inheritdoc/>
    public override string Code => "conflict";

    /// <summary>The records or streams whose expectation failed, as <c>collection/id</c> or stream name; empty when unknown.</summary>
    public IReadOnlyList<string> Subjects { get; } = subjects ?? [];
}
