namespace MLOps.Storage.Objects;

/// <summary>One object in the state in which it was opened.</summary>
internal sealed class ObjectSource(ObjectContainer container, ObjectCalls calls, string key, string blob)
{
    private string? _tag;

    private string What => $"The blob '{blob}' could not be read from {container.Name}";

    /// <summary>Opens the object where reading begins; its later ranges are of the same state.</summary>
    public async Task<ObjectBody?> BeginAsync(long offset, long last, CancellationToken cancellationToken)
    {
        var body = await calls.AskAsync(What, () => container.OpenAsync(key, offset, last, null, cancellationToken), cancellationToken).ConfigureAwait(false);
        _tag = body?.Tag;
        return body;
    }

    public async Task<ObjectBody> OpenAsync(long offset, long last, CancellationToken cancellationToken) =>
        await calls.AskAsync(What, () => container.OpenAsync(key, offset, last, _tag, cancellationToken), cancellationToken).ConfigureAwait(false)
        ?? throw new MLOpsNotFoundException($"The blob '{blob}' was deleted from {container.Name} while it was being read.");

    public Exception? Translate(Exception error, CancellationToken cancellationToken) => calls.Translate(What, error, cancellationToken);
}
