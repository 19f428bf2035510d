using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace MLOps.Storage.Chunks;

/// <summary>Cuts contents into chunks and stores them, one content at a time through one buffer.</summary>
sealed class ContentCutter(ChunkWriter writer) : IDisposable
{
    private const int BufferSize = 1 << 20;

    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);

    /// <summary>Stores a content.</summary>
    /// <param name="read">Fills a buffer as far as it likes, from the offset given; 0 at the end.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask<ChunkContent> StoreAsync(Func<long, Memory<byte>, ValueTask<int>> read, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(read);
        var list = new ChunkListWriter(writer);
        int start = 0, count = 0;
        var offset = 0L;
        for (var ended = false; ;)
        {
            while (!ended && count < ChunkCutter.Max)
            {
                if (start > 0)
                {
                    _buffer.AsSpan(start, count).CopyTo(_buffer);
                    start = 0;
                }

                var got = await read(offset, _buffer.AsMemory(count)).ConfigureAwait(false);
                offset += got;
                count += got;
                ended = got == 0;
            }

            if (count == 0) return await list.EndAsync(cancellationToken).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            var length = ChunkCutter.Next(_buffer.AsSpan(start, count));
            var id = await writer.PutAsync(_buffer.AsMemory(start, length), cancellationToken).ConfigureAwait(false);
            await list.AddAsync(new ChunkPart(id, length), cancellationToken).ConfigureAwait(false);
            start += length;
            count -= length;
        }
    }

    /// <summary>Stores a file that is one chunk because it is no longer than the shortest one, and says how long it was; null when it is longer by now.</summary>
    public async ValueTask<ChunkContent?> StoreShortAsync(SafeFileHandle file, CancellationToken cancellationToken)
    {
        var count = 0;
        for (int got; count <= ChunkCutter.Min && (got = RandomAccess.Read(file, _buffer.AsSpan(count, ChunkCutter.Min + 1 - count), count)) > 0;) count += got;
        if (count > ChunkCutter.Min) return null;
        return new ChunkContent(await writer.PutAsync(_buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false), false, count);
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);
}
