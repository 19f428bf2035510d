using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace MLOps.Storage;

/// <summary>
/// Content-addressed blobs: the key is made of the SHA-256 of the bytes, so equal content is stored once, racing writers
/// write the same bytes, and every read can be verified.
/// </summary>
internal sealed class ContentStore(IBlobStore blobs)
{
    /// <summary>Up to this length content is read into memory to be verified; beyond, it is read twice.</summary>
    private const int InMemory = 1 << 20;

    /// <summary>From this length on hashing takes as long as handing it to another core.</summary>
    private const int WorthStaging = 1 << 18;

    public static string Key(Digest digest) => $"cas/{digest.Hex.AsSpan(0, 2)}/{digest.Hex}";

    /// <summary>Stores content that can be opened twice: once to learn its key, once to write it unless it is there. Short content is read once.</summary>
    /// <exception cref="MLOpsInvalidException">The content changed between the two readings.</exception>
    public async ValueTask<StoredContent> PutAsync(Func<Stream> open, CancellationToken cancellationToken)
    {
        Digest digest;
        long length;
        var first = open();
        await using (first.ConfigureAwait(false))
        {
            if (await PutShortAsync(first, cancellationToken).ConfigureAwait(false) is { } stored) return stored;
            (digest, length) = await HashAsync(first, cancellationToken).ConfigureAwait(false);
        }

        if (await IsThereAsync(digest, length, cancellationToken).ConfigureAwait(false)) return new(digest, length);
        var content = open();
        await using (content.ConfigureAwait(false))
        {
            try
            {
                await blobs.WriteAsync(Key(digest), content, digest, cancellationToken).ConfigureAwait(false);
            }
            catch (MLOpsIntegrityException e)
            {
                throw new MLOpsInvalidException("The content changed while it was being stored: it was read twice and gave different bytes. Nothing was stored; try again when nobody writes to it.", e);
            }
        }

        return new(digest, length);
    }

    /// <summary>Stores bytes that nobody changes meanwhile.</summary>
    public async ValueTask<StoredContent> PutAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (blobs is IBlobStaging staging && bytes.Length >= WorthStaging) return await PutStagedAsync(staging, bytes, cancellationToken).ConfigureAwait(false);
        var digest = Digest.Of(bytes.Span);
        if (!await IsThereAsync(digest, bytes.Length, cancellationToken).ConfigureAwait(false))
        {
            using var content = Stream(bytes);
            // These very bytes have just been hashed: to have the store hash them again would find nothing.
            await blobs.WriteAsync(Key(digest), content, null, cancellationToken).ConfigureAwait(false);
        }

        return new(digest, bytes.Length);
    }

    /// <summary>Hashes while the disk flushes; when the content turns out to be there, what was written is dropped.</summary>
    private async ValueTask<StoredContent> PutStagedAsync(IBlobStaging staging, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var hashing = Task.Run(() => Digest.Of(bytes.Span), CancellationToken.None);
        IStagedBlob staged;
        using (var content = Stream(bytes))
        {
            try
            {
                staged = await staging.StageAsync(content, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                // The caller may use the bytes otherwise as soon as this returns.
                await ((Task)hashing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await using (staged.ConfigureAwait(false))
        {
            var digest = await hashing.ConfigureAwait(false);
            if (!await IsThereAsync(digest, bytes.Length, cancellationToken).ConfigureAwait(false)) await staged.PublishAsync(Key(digest)).ConfigureAwait(false);
            return new(digest, bytes.Length);
        }
    }

    private static MemoryStream Stream(ReadOnlyMemory<byte> bytes) => MemoryMarshal.TryGetArray(bytes, out var array)
        ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
        : new MemoryStream(bytes.ToArray(), writable: false);

    /// <summary>Stores content that says it is short; null, where the content began, when it is not short, or longer than it said.</summary>
    private async ValueTask<StoredContent?> PutShortAsync(Stream content, CancellationToken cancellationToken)
    {
        if (!content.CanSeek) return null;
        var start = content.Position;
        if (content.Length - start is not (<= InMemory and var length)) return null;
        var buffer = ArrayPool<byte>.Shared.Rent((int)length + 1);
        try
        {
            var read = await content.ReadAtLeastAsync(buffer.AsMemory(0, (int)length + 1), (int)length + 1, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            if (read <= length) return await PutAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            content.Position = start;
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Stores a stream that can be read once only: it goes through memory, or a temporary file when it is long.</summary>
    public async ValueTask<StoredContent> PutStreamAsync(Stream content, CancellationToken cancellationToken)
    {
        var head = new byte[InMemory];
        var count = await content.ReadAtLeastAsync(head, InMemory, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        if (count < InMemory) return await PutAsync(head.AsMemory(0, count), cancellationToken).ConfigureAwait(false);

        var spool = Path.Combine(Path.GetTempPath(), $"mlops-{Guid.NewGuid():N}.tmp");
        var file = new FileStream(spool, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, 1 << 16, FileOptions.Asynchronous | FileOptions.DeleteOnClose);
        await using (file.ConfigureAwait(false))
        {
            await file.WriteAsync(head, cancellationToken).ConfigureAwait(false);
            await content.CopyToAsync(file, cancellationToken).ConfigureAwait(false);
            await file.FlushAsync(cancellationToken).ConfigureAwait(false);
            return await PutAsync(() => Unowned(file), cancellationToken).ConfigureAwait(false);
        }

        static Stream Unowned(FileStream file)
        {
            file.Position = 0;
            return new UnownedStream(file);
        }
    }

    /// <summary>Opens content for reading from its beginning. All of it is verified before the first byte is handed out.</summary>
    /// <exception cref="MLOpsNotFoundException">There is no such content.</exception>
    /// <exception cref="MLOpsIntegrityException">The stored bytes are damaged.</exception>
    public async ValueTask<Stream> OpenAsync(Digest digest, CancellationToken cancellationToken)
    {
        var key = Key(digest);
        var stat = await blobs.StatAsync(key, cancellationToken).ConfigureAwait(false) ?? throw Missing(key);
        if (stat.Length <= InMemory) return new MemoryStream(await ReadAsync(digest, cancellationToken).ConfigureAwait(false), writable: false);

        var stream = await blobs.OpenAsync(key, null, cancellationToken).ConfigureAwait(false);
        try
        {
            Check(key, digest, await Digest.OfAsync(stream, cancellationToken).ConfigureAwait(false));
            if (stream.CanSeek)
            {
                stream.Position = 0;
                return stream;
            }
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        await stream.DisposeAsync().ConfigureAwait(false);
        return await blobs.OpenAsync(key, null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads small content whole.</summary>
    /// <exception cref="MLOpsNotFoundException">There is no such content.</exception>
    /// <exception cref="MLOpsIntegrityException">The stored bytes are damaged.</exception>
    public async ValueTask<byte[]> ReadAsync(Digest digest, CancellationToken cancellationToken)
    {
        var key = Key(digest);
        var stream = await blobs.OpenAsync(key, null, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            using var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
            Check(key, digest, Digest.Of(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)));
            return bytes.ToArray();
        }
    }

    /// <summary>A blob of another length than its content is damaged: it makes room for the right bytes, which are at hand.</summary>
    private async ValueTask<bool> IsThereAsync(Digest digest, long length, CancellationToken cancellationToken)
    {
        var key = Key(digest);
        if (await blobs.StatAsync(key, cancellationToken).ConfigureAwait(false) is not { } found) return false;
        if (found.Length == length) return true;
        await blobs.DeleteAsync(key, cancellationToken).ConfigureAwait(false);
        return false;
    }

    private static async ValueTask<(Digest Digest, long Length)> HashAsync(Stream content, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 16];
        long length = 0;
        int read;
        while ((read = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            hash.AppendData(buffer, 0, read);
            length += read;
        }

        return (Digest.FromHash(hash.GetHashAndReset()), length);
    }

    private static void Check(string key, Digest expected, Digest actual)
    {
        if (actual != expected)
            throw new MLOpsIntegrityException(
                $"The blob '{key}' is damaged: its bytes have the hash {actual}, {expected} was expected. Restore this blob from a backup or another copy of the store.", key, expected.Hex, actual.Hex);
    }

    private static MLOpsNotFoundException Missing(string key) =>
        new($"The blob '{key}' is missing from the store although a record names it. Restore it from a backup or another copy of the store.");
}
