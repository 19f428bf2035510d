using System.Runtime.ExceptionServices;

namespace MLOps.Storage.Decorators;

/// <summary>
/// Encrypts blobs before they leave the process, and proves each byte before it is handed out; see <see cref="FrameCipher"/>. Keys and, but for
/// a constant for each frame, lengths of blobs stay visible. Memory is bounded by two frames for each open blob.
/// </summary>
internal sealed class EncryptedBlobStore(IBlobStore inner, BlobEncryptionOptions options) : IBlobStore
{
    private readonly BlobEncryptionOptions _options = options.Require();

    public async ValueTask<bool> WriteAsync(string key, Stream content, Digest? expected = null, CancellationToken cancellationToken = default)
    {
        BlobKey.Require(key);
        ArgumentNullException.ThrowIfNull(content);
        cancellationToken.ThrowIfCancellationRequested();
        using var cipher = FrameCipher.ForNew(key, _options.KeyId, await _options.Key!(_options.KeyId, cancellationToken).ConfigureAwait(false));
        Action<Digest>? check = expected is not { } wanted ? null : actual =>
        {
            if (actual != wanted) throw new MLOpsIntegrityException($"The bytes for the blob '{key}' do not have the expected hash. Nothing was written; read them again from their source.", key, wanted.Hex, actual.Hex);
        };
        var source = new SealedStream(content, cipher, check);
        await using var end = source.ConfigureAwait(false);
        try
        {
            return await inner.WriteAsync(key, source, null, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (source.Failure is { } failure && !ReferenceEquals(error, failure))
        {
            ExceptionDispatchInfo.Throw(failure);
            throw;
        }
    }

    public async ValueTask<Stream> OpenAsync(string key, BlobRange? range = null, CancellationToken cancellationToken = default)
    {
        BlobKey.Require(key);
        if (range is { Offset: < 0 } or { Length: < 0 })
            throw new MLOpsInvalidException($"The range {range} of the blob '{key}' is negative: offset and length are at least 0.");
        var (offset, wanted) = (range?.Offset ?? 0, range?.Length ?? long.MaxValue);
        // What begins in the first frame is read in one go with the head.
        if (offset >= FrameCipher.PlainBytes) return await OpenAtAsync(key, offset, wanted, cancellationToken).ConfigureAwait(false);
        var bytes = await inner.OpenAsync(key, wanted == long.MaxValue ? null : new(0, FrameCipher.HeadBytes + Stored(0, offset, wanted)), cancellationToken).ConfigureAwait(false);
        try
        {
            var cipher = await CipherAsync(key, bytes, cancellationToken).ConfigureAwait(false);
            return new UnsealedStream(bytes, cipher, 0, (int)offset, wanted);
        }
        catch
        {
            await bytes.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask<BlobInfo?> StatAsync(string key, CancellationToken cancellationToken = default) =>
        await inner.StatAsync(key, cancellationToken).ConfigureAwait(false) is { } info ? Plain(info) : null;

    public ValueTask<bool> DeleteAsync(string key, CancellationToken cancellationToken = default) => inner.DeleteAsync(key, cancellationToken);

    public IAsyncEnumerable<BlobInfo> ListAsync(string prefix, CancellationToken cancellationToken = default) => inner.ListAsync(prefix, cancellationToken).Select(Plain);

    private async ValueTask<Stream> OpenAtAsync(string key, long offset, long wanted, CancellationToken cancellationToken)
    {
        var stored = (await inner.StatAsync(key, cancellationToken).ConfigureAwait(false))?.Length ?? throw new MLOpsNotFoundException($"There is no blob '{key}'.");
        var head = await inner.OpenAsync(key, new(0, FrameCipher.HeadBytes), cancellationToken).ConfigureAwait(false);
        FrameCipher cipher;
        await using (head.ConfigureAwait(false)) cipher = await CipherAsync(key, head, cancellationToken).ConfigureAwait(false);
        try
        {
            // Beyond the end too the last frame is opened, for it proves that this is the end.
            var last = Math.Max(0, (stored - FrameCipher.HeadBytes - 1) / FrameCipher.SealedBytes);
            var frame = Math.Min(offset / FrameCipher.PlainBytes, last);
            var skip = offset - (frame * FrameCipher.PlainBytes);
            if (skip > FrameCipher.PlainBytes) (skip, wanted) = (FrameCipher.PlainBytes, 1);
            var length = wanted == long.MaxValue ? (long?)null : Stored(frame, offset, wanted);
            var bytes = await inner.OpenAsync(key, new(FrameCipher.HeadBytes + (frame * FrameCipher.SealedBytes), length), cancellationToken).ConfigureAwait(false);
            return new UnsealedStream(bytes, cipher, frame, (int)skip, wanted);
        }
        catch
        {
            cipher.Dispose();
            throw;
        }
    }

    private async ValueTask<FrameCipher> CipherAsync(string key, Stream bytes, CancellationToken cancellationToken)
    {
        var head = new byte[FrameCipher.HeadBytes];
        if (await bytes.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false) < head.Length)
            throw FrameCipher.Damaged(key, "it is too short to be an encrypted blob");
        return await FrameCipher.ForStoredAsync(key, head, id => _options.Key!(id, cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>How many stored bytes hold a range, from a frame on, and one more that tells whether a frame follows.</summary>
    private static long Stored(long frame, long offset, long wanted)
    {
        var last = (Math.Min(long.MaxValue / 2, offset) + Math.Min(long.MaxValue / 2, Math.Max(1, wanted)) - 1) / FrameCipher.PlainBytes;
        return ((last - frame + 1) * FrameCipher.SealedBytes) + 1;
    }

    private static BlobInfo Plain(BlobInfo info) => info with { Length = FrameCipher.PlainLength(info.Length) };
}
