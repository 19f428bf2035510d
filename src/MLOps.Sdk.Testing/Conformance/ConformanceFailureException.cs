namespace MLOps.Testing;

/// <summary>A backend broke a law.</summary>
/// <param name="message">What was expected and what was found.</param>
/// <param name="innerException">The cause, when there is one.</param>
public sealed class ConformanceFailureException(string message, Exception? innerException = null) : Exception(message, innerException);
