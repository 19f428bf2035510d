namespace MLOps.Testing;

/// <summary>Something that goes wrong, once, at a chosen call.</summary>
/// <param name="Call">Which calls are counted.</param>
/// <param name="Number">The one of them that it happens at, from 1.</param>
/// <param name="Kind">What goes wrong.</param>
public sealed record Fault(StorageCall Call, int Number, FaultKind Kind)
{
    /// <summary>Makes the error; an <see cref="MLOpsUnavailableException"/> when null. An error of your own shows what happens to one that nobody expects.</summary>
    public Func<Exception>? Error { get; init; }

    /// <summary>How long a delayed call waits, on the plan's clock; 1 second by default.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How much of a torn call happens: bytes, operations, blocks or items; 1 by default.</summary>
    public int Keep { get; init; } = 1;

    internal Exception NewError() => Error?.Invoke() ?? new MLOpsUnavailableException($"Injected: {Kind} at call {Number} of {Call}.");
}
