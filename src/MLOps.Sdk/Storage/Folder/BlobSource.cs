namespace MLOps.Storage.Folder;

/// <summary>The caller's stream, which remembers its own failure: that one is the caller's, and not the store's to reword.</summary>
internal sealed class BlobSource(Stream content)
{
    public Exception? Failure { get; private set; }

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            Failure = error;
            throw;
        }
    }
}
