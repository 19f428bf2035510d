using System.Buffers;

namespace MLOps.Storage.Objects;

/// <summary>Bytes in a borrowed buffer.</summary>
internal sealed class Part(byte[] buffer, int length)
{
    public int Length => length;

    public ReadOnlySpan<byte> Span => buffer.AsSpan(0, length);

    public Stream Open() => new MemoryStream(buffer, 0, length, writable: false);

    /// <summary>Gives the buffer back. Only after success: a request that was given up may still be reading it.</summary>
    public void Return() => ArrayPool<byte>.Shared.Return(buffer);
}
