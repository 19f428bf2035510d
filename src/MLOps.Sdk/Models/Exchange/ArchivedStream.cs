using System.Security.Cryptography;
using MLOps.Storage;

namespace MLOps.Models;

/// <summary>A stretch of an archive as a stream of its own, hashed while it is read.</summary>
internal sealed class ArchivedStream(Stream archive, long length) : ReadStream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _left = length;

    public static MLOpsIntegrityException Truncated() => new("The archive ends in the middle: it was cut off. Nothing was imported. Copy or export it again.", "archive");

    /// <summary>The hash of what was read.</summary>
    public Digest Hash() => Digest.FromHash(_hash.GetCurrentHash());

    /// <summary>Reads what a reader left: one that had the bytes already reads none.</summary>
    public async ValueTask DrainAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[1 << 16];
        while (await ReadAsync(buffer, cancellationToken).ConfigureAwait(false) > 0)
        {
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_left == 0 || buffer.IsEmpty) return 0;
        var read = await archive.ReadAsync(buffer[..(int)Math.Min(buffer.Length, _left)], cancellationToken).ConfigureAwait(false);
        return Took(buffer.Span, read);
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        if (_left == 0 || count == 0) return 0;
        return Took(buffer.AsSpan(offset), archive.Read(buffer, offset, (int)Math.Min(count, _left)));
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _hash.Dispose();
        base.Dispose(disposing);
    }

    private int Took(Span<byte> buffer, int read)
    {
        if (read == 0) throw Truncated();
        _hash.AppendData(buffer[..read]);
        _left -= read;
        return read;
    }
}
