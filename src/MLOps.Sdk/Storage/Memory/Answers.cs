namespace MLOps.Storage.Memory;

/// <summary>Turns immediate work into a task, so that errors arrive where those of a backend with I/O do: at the await.</summary>
static class Answers
{
    internal static ValueTask<T> Answer<T>(this CancellationToken cancellationToken, Func<T> work)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<T>(cancellationToken);
        try
        {
            return ValueTask.FromResult(work());
        }
        catch (MLOpsException error)
        {
            return ValueTask.FromException<T>(error);
        }
    }
}
