using System.Buffers;
using MLOps.Storage.Chunks;

namespace MLOps.Data.Restore;

/// <summary>Whether a local file holds a content: chunk by chunk, ending at the first that differs.</summary>
static class FileComparison
{
    public static async ValueTask<bool> HoldsAsync(ChunkReader lists, string path, ChunkContent content, CancellationToken cancellationToken)
    {
        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (RandomAccess.GetLength(handle) != content.Length) return false;
        var offset = 0L;
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkCutter.Max);
        try
        {
            await foreach (var part in new ContentParts(lists, content).AllAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
            {
                if (part.Length > buffer.Length) return false;
                var bytes = buffer.AsMemory(0, (int)part.Length);
                var count = 0;
                for (int read; count < bytes.Length && (read = RandomAccess.Read(handle, bytes.Span[count..], offset + count)) > 0;) count += read;
                if (count < bytes.Length || ChunkId.Of(bytes.Span) != part.Id) return false;
                offset += count;
            }

            return offset == content.Length;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
