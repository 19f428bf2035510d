namespace MLOps.Storage.Objects;

/// <summary>A blob on its way to an object store in parts; invisible until it is completed.</summary>
public abstract class ObjectUpload
{
    /// <summary>Sends one part. Called concurrently, for each number once.</summary>
    /// <param name="number">From 1, dense.</param>
    /// <param name="content">The part's bytes in memory, all to be sent; it can be read again for a retry.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public abstract Task SendAsync(int number, Stream content, CancellationToken cancellationToken);

    /// <summary>Makes the parts one visible object. Called once, when all parts were sent.</summary>
    /// <returns>False when the write was to be made only while there is no such object, and there is one.</returns>
    public abstract Task<bool> CompleteAsync(CancellationToken cancellationToken);

    /// <summary>Throws away what was sent. Called instead of <see cref="CompleteAsync"/>, or after it failed or found the object there.</summary>
    public abstract Task AbortAsync(CancellationToken cancellationToken);
}
