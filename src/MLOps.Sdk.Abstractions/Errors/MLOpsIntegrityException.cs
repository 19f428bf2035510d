namespace MLOps;

/// <summary>Stored bytes are not the bytes that were written. No wrong byte was handed out.</summary>
/// <param name="message">What is damaged and how to repair it.</param>
/// <param name="key">The blob, stream or record that is damaged.</param>
/// <param name="expected">The hash that was expected, where one is known.</param>
/// <param name="actual">The hash that was found, where one is known.</param>
/// <param name="innerException">The cause, when there is one.</param>
public sealed class MLOpsIntegrityException(string message, string key, string? expected = null, string? actual = null, Exception? innerException = null)
    : MLOpsException(message, innerException)
{
    /// <inheritdoc/>
    public override string Code => "integrity";

    /// <summary>The blob, stream or record that is damaged.</summary>
    public string Key { get; } = key;

    /// <summary>The hash that was expected, where one is known.</summary>
    public string? Expected { get; } = expected;

    /// <summary>The hash that was found, where one is known.</summary>
    public string? Actual { get; } = actual;
}
