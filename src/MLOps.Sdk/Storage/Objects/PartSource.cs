using System.Buffers;
using System.Security.Cryptography;

namespace MLOps.Storage.Objects;

/// <summary>The caller's stream, read part by part and hashed on the way when a hash is expected.</summary>
internal sealed class PartSource(string key, Stream content, Digest? expected) : IDisposable
{
    private const int FirstGuess = 64 << 10;

    private readonly IncrementalHash? _hash = expected is null ? null : IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private bool _isLong;

    /// <summary>The next part, full unless it is the last; null at the end.</summary>
    public async ValueTask<Part?> ReadAsync(int size, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Guess(size));
        var length = 0;
        while (length < size)
        {
            if (length == buffer.Length) buffer = Grow(buffer, size);
            var read = await content.ReadAsync(buffer.AsMemory(length, Math.Min(size, buffer.Length) - length), cancellationToken).ConfigureAwait(false);
            if (read == 0) break;
            _hash?.AppendData(buffer, length, read);
            length += read;
        }

        _isLong = length == size;
        if (length > 0) return new(buffer, length);
        ArrayPool<byte>.Shared.Return(buffer);
        return null;
    }

    /// <summary>Checks the bytes read so far, which are all, against the expected hash.</summary>
    public void Verify()
    {
        if (_hash is not null && Digest.FromHash(_hash.GetHashAndReset()) is var actual && actual != expected)
            throw new MLOpsIntegrityException($"The bytes for the blob '{key}' do not have the expected hash. Nothing was written; read them again from their source.", key, expected!.Value.Hex, actual.Hex);
    }

    public void Dispose() => _hash?.Dispose();

    // Most blobs are small: a buffer for a whole part is taken only when the bytes are there.
    private int Guess(int size)
    {
        if (_isLong) return size;
        return content.CanSeek ? (int)Math.Clamp(content.Length - content.Position, 1, size) : Math.Min(FirstGuess, size);
    }

    private static byte[] Grow(byte[] buffer, int size)
    {
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(size, 2L * buffer.Length));
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }
}
