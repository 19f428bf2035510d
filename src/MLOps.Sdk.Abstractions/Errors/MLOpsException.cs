namespace MLOps;

/// <summary>The root of every error that this library raises on purpose. Catch a subclass to react to one kind.</summary>
public abstract class MLOpsException : Exception
{
    private protected MLOpsException(string message, Exception? innerException) : base(message, innerException)
    {
    }

    /// <summary>A stable, machine-readable word for the kind of error: <c>not-found</c>, <c>conflict</c>, <c>invalid</c>, <c>integrity</c>, <c>rejected</c>, <c>unavailable</c> or <c>overloaded</c>.</summary>
    public abstract string Code { get; }
}
