namespace MLOps.Storage.Objects;

/// <summary>
/// What an object store must do for <see cref="ObjectBlobStore"/>: the few requests of its protocol on one bucket or container.
/// Parts, memory, checks and the words of errors are the business of <see cref="ObjectBlobStore"/>.
/// </summary>
/// <remarks>
/// Thread-safe. Members throw the store's own exceptions, which <see cref="Explain"/> then puts into words. What is passed as key or
/// prefix is an object's whole name or its beginning.
/// </remarks>
public abstract class ObjectContainer : IDisposable
{
    /// <summary>What it is, for messages: <c>the bucket 'models'</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What it allows for parts.</summary>
    public abstract ObjectLimits Limits { get; }

    /// <summary>Called before anything else, once when it succeeds: makes the container where that was asked for. Does nothing by default.</summary>
    public virtual Task PrepareAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Writes a small object in one request; durable when it returns.</summary>
    /// <param name="write">The write.</param>
    /// <param name="content">Its bytes in memory, all to be sent; it can be read again for a retry.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>False when the write was to be made only while there is no such object, and there is one.</returns>
    /// <exception cref="NotSupportedException">The server refuses <see cref="ObjectWrite.IfAbsent"/> as something it does not know.</exception>
    public abstract Task<bool> PutAsync(ObjectWrite write, Stream content, CancellationToken cancellationToken);

    /// <summary>Begins to write a large object in parts.</summary>
    public abstract Task<ObjectUpload> BeginAsync(ObjectWrite write, CancellationToken cancellationToken);

    /// <summary>Tells what is known of an object; null when there is none.</summary>
    public abstract Task<ObjectHead?> HeadAsync(string key, CancellationToken cancellationToken);

    /// <summary>Opens a range of an object.</summary>
    /// <param name="key">The object.</param>
    /// <param name="offset">The first byte.</param>
    /// <param name="last">The last byte, counted from 0, at least <paramref name="offset"/>; it may lie beyond the object's end.</param>
    /// <param name="tag">The state that the object must be in; null for any.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Null when there is no such object, or none in that state.</returns>
    public abstract Task<ObjectBody?> OpenAsync(string key, long offset, long last, string? tag, CancellationToken cancellationToken);

    /// <summary>Deletes an object. Idempotent.</summary>
    /// <returns>True when it existed.</returns>
    public abstract Task<bool> DeleteAsync(string key, CancellationToken cancellationToken);

    /// <summary>Whether <see cref="ListAsync"/> gives names in ordinal order, true by default; when false, all that is asked for is held in memory to be sorted.</summary>
    public virtual bool ListsInOrder => true;

    /// <summary>All objects whose name begins with a prefix, by name and length.</summary>
    public abstract IAsyncEnumerable<BlobInfo> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>Throws away parts of objects under a prefix that were begun before a moment and never completed. Does nothing by default, for stores that do so themselves.</summary>
    public virtual Task SweepAsync(string prefix, DateTimeOffset before, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Says in plain words why a request failed and what to do about it, without any secret; null for an exception that is not the store's.</summary>
    public abstract string? Explain(Exception error);

    /// <summary>Closes what the container itself opened.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes what the container itself opened; nothing by default.</summary>
    /// <param name="disposing">True when called by <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
    }
}
