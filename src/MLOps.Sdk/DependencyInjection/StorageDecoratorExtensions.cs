using MLOps;
using MLOps.Storage;
using MLOps.Storage.Decorators;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>
/// What may stand around a store's backends. Each stands around those that were added before it, so that the usual order is cache
/// (it then holds what the store holds, encrypted bytes too), encryption, retry (it then can read a source again), metering.
/// </summary>
public static class StorageDecoratorExtensions
{
    /// <summary>
    /// Tries again, with growing and scattered pauses, what the store could not do just then: <see cref="MLOpsUnavailableException"/> and nothing else.
    /// A commit happens exactly once, also when the connection broke before its outcome was known: each carries a receipt, one small
    /// record in the collection <c>storage-receipts</c> that the process's next commit writes over.
    /// </summary>
    /// <param name="builder">The store.</param>
    /// <param name="configure">Changes the defaults.</param>
    /// <exception cref="MLOpsInvalidException">An option is out of range.</exception>
    public static MLOpsBuilder AddStorageRetry(this MLOpsBuilder builder, Action<StorageRetryOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new StorageRetryOptions();
        configure?.Invoke(options);
        options.Require();
        return builder
            .Decorate<IBlobStore>("retry", (s, inner) => new RetriedBlobStore(inner, new(options, s.Time)))
            .Decorate<IRecordStore>("retry", (s, inner) => new RetriedRecordStore(inner, new(options, s.Time)))
            .Decorate<IStreamStore>("retry", (s, inner) => new RetriedStreamStore(inner, new(options, s.Time)));
    }

    /// <summary>
    /// Keeps blobs that were read in a folder on the local disk, the most recently used ones, verified whenever they are read. Only blobs
    /// whose key names their content are kept: all that the library writes.
    /// </summary>
    /// <param name="builder">The store.</param>
    /// <param name="configure">Sets at least <see cref="BlobCacheOptions.Folder"/>.</param>
    /// <exception cref="MLOpsInvalidException">An option is missing or out of range.</exception>
    public static MLOpsBuilder AddBlobCache(this MLOpsBuilder builder, Action<BlobCacheOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        var options = new BlobCacheOptions();
        configure(options);
        options.Require();
        return builder.Decorate<IBlobStore>("cache", (s, inner) => new CachedBlobStore(inner, options, s.Time));
    }

    /// <summary>
    /// Encrypts blobs before they leave the process (AES-256-GCM, a key of its own for each blob); records and streams are not encrypted. A store that
    /// holds unencrypted blobs is moved with a store copy to one that encrypts.
    /// </summary>
    /// <param name="builder">The store.</param>
    /// <param name="configure">Sets <see cref="BlobEncryptionOptions.KeyId"/> and <see cref="BlobEncryptionOptions.Key"/>.</param>
    /// <exception cref="MLOpsInvalidException">An option is missing.</exception>
    public static MLOpsBuilder AddBlobEncryption(this MLOpsBuilder builder, Action<BlobEncryptionOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        var options = new BlobEncryptionOptions();
        configure(options);
        options.Require();
        return builder.Decorate<IBlobStore>("encryption", (_, inner) => new EncryptedBlobStore(inner, options));
    }

    /// <summary>
    /// Measures every call on the store: the histogram <c>mlops.storage.duration</c>, the counter <c>mlops.storage.bytes</c> and spans <c>mlops.storage.…</c>,
    /// under the names of <see cref="MLOpsTelemetry"/>. No key, id or message is told.
    /// </summary>
    /// <param name="builder">The store.</param>
    public static MLOpsBuilder AddStorageMetering(this MLOpsBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder
            .Decorate<IBlobStore>("metering", (s, inner) => new MeteredBlobStore(inner, s.Time))
            .Decorate<IRecordStore>("metering", (s, inner) => new MeteredRecordStore(inner, s.Time))
            .Decorate<IStreamStore>("metering", (s, inner) => new MeteredStreamStore(inner, s.Time));
    }
}
