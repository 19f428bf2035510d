namespace MLOps.Storage.Objects;

/// <summary>Asks a container, and says in plain words what it refused. What the vendor's exception holds stays out: it may quote a signed request.</summary>
internal sealed class ObjectCalls(ObjectContainer container)
{
    public async Task<T> AskAsync<T>(string what, Func<Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (Exception error) when (Translate(what, error, cancellationToken) is { } translated)
        {
            throw translated;
        }
    }

    public Task AskAsync(string what, Func<Task> call, CancellationToken cancellationToken) => AskAsync(what, async () =>
    {
        await call().ConfigureAwait(false);
        return true;
    }, cancellationToken);

    public Exception? Translate(string what, Exception error, CancellationToken cancellationToken)
    {
        if (error is MLOpsException) return null;
        if (cancellationToken.IsCancellationRequested) return error is OperationCanceledException ? null : new OperationCanceledException(null, error, cancellationToken);
        if (container.Explain(error) is { } reason) return new MLOpsUnavailableException($"{what}: {reason}");
        if (error is OperationCanceledException or TimeoutException)
            return new MLOpsUnavailableException($"{what}: the server did not answer in time. Check that it is up and reachable, and try again.", error);
        if (error is HttpRequestException or IOException)
            return new MLOpsUnavailableException($"{what}: the server could not be reached, or the connection broke: {Told(error)}. Check the address and the network, and try again.", error);
        return null;
    }

    // The outer message names the host, the innermost the cause.
    private static string Told(Exception error)
    {
        var (outer, cause) = (error.Message.TrimEnd('.'), error.GetBaseException().Message.TrimEnd('.'));
        return outer.Contains(cause, StringComparison.Ordinal) ? outer : $"{outer}: {cause}";
    }
}
