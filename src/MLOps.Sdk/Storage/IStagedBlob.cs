namespace MLOps.Storage;

/// <summary>Bytes without a key. Disposing drops them, unless they were published.</summary>
internal interface IStagedBlob : IAsyncDisposable
{
    /// <summary>Gives the bytes their key, unless the key exists.</summary>
    /// <param name="key">See <see cref="BlobKey"/>.</param>
    /// <returns>True when this call wrote the blob, false when it was there already.</returns>
    ValueTask<bool> PublishAsync(string key);
}
