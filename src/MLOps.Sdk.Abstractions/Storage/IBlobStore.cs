namespace MLOps.Storage;

/// <summary>
/// Bytes under a key, immutable once written. One of the three storage seams.
/// </summary>
/// <remarks>
/// <para><b>Laws</b>, checked by <c>BlobStoreConformance</c>:</para>
/// <list type="bullet">
/// <item>All members are thread-safe, within a process and between processes.</item>
/// <item>A blob is visible whole or not at all: a write that fails, is cancelled or is killed leaves nothing under its key.</item>
/// <item>A write that returned is durable: it survives a crash of the process and of the machine.</item>
/// <item>The first complete writer of a key wins; later writers are told so and change nothing. Keys are content-addressed wherever possible, so racing writers write equal bytes.</item>
/// <item>Keys are compared ordinally and follow <see cref="BlobKey"/>'s rule; any other key is an <see cref="MLOpsInvalidException"/> before any I/O.</item>
/// <item>A cancelled token throws <see cref="OperationCanceledException"/>, also when it was cancelled before the call.</item>
/// <item>Streams given by the caller are read from where they stand and never disposed; streams handed out belong to the caller.</item>
/// </list>
/// </remarks>
public interface IBlobStore
{
    /// <summary>Writes <paramref name="content"/> under <paramref name="key"/> unless the key exists.</summary>
    /// <param name="key">See <see cref="BlobKey"/>.</param>
    /// <param name="content">Read to its end; need not be seekable.</param>
    /// <param name="expected">When given, the SHA-256 that the bytes must have: otherwise nothing becomes visible.</param>
    /// <param name="cancellationToken">Cancels; nothing is left under the key.</param>
    /// <returns>True when this call wrote the blob, false when it was there already.</returns>
    /// <exception cref="MLOpsIntegrityException">The bytes do not have the expected hash.</exception>
    ValueTask<bool> WriteAsync(string key, Stream content, Digest? expected = null, CancellationToken cancellationToken = default);

    /// <summary>Opens a blob, or a range of it, for reading.</summary>
    /// <param name="key">See <see cref="BlobKey"/>.</param>
    /// <param name="range">Null for all; a range that reaches beyond the end is cut there.</param>
    /// <param name="cancellationToken">Cancels the opening; reading takes its own token.</param>
    /// <exception cref="MLOpsNotFoundException">No such blob.</exception>
    ValueTask<Stream> OpenAsync(string key, BlobRange? range = null, CancellationToken cancellationToken = default);

    /// <summary>Key and length of a blob, or null when there is none.</summary>
    ValueTask<BlobInfo?> StatAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>Deletes a blob. Idempotent.</summary>
    /// <returns>True when it existed.</returns>
    ValueTask<bool> DeleteAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>All blobs whose key begins with <paramref name="prefix"/>, in ordinal order of keys. Blobs written or deleted meanwhile may or may not appear.</summary>
    /// <param name="prefix">Any beginning of a key; empty for all.</param>
    /// <param name="cancellationToken">Cancels.</param>
    IAsyncEnumerable<BlobInfo> ListAsync(string prefix, CancellationToken cancellationToken = default);
}
