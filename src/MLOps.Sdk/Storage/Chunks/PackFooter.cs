namespace MLOps.Storage.Chunks;

/// <summary>Reads what a pack says of itself.</summary>
static class PackFooter
{
    private const int Guess = 64 << 10;

    /// <summary>The pack's entries, with one or two ranged reads; null when the pack is damaged there or gone.</summary>
    public static async ValueTask<PackEntry[]?> ReadAsync(IBlobStore blobs, ChunkId name, long length, CancellationToken cancellationToken)
    {
        if (length < PackFormat.HeaderSize + PackFormat.TrailerSize) return null;
        var tail = await RangeAsync(blobs, name, Math.Max(0, length - Guess), length, cancellationToken).ConfigureAwait(false);
        if (tail is null || tail.Length < PackFormat.TrailerSize) return null;
        if (PackFormat.EntriesLength(tail.AsSpan(tail.Length - PackFormat.TrailerSize), name, length) is not { } size) return null;
        var end = tail.Length - PackFormat.TrailerSize;
        if (size <= end) return PackFormat.Entries(tail.AsSpan(end - size, size), name, length);
        var entries = await RangeAsync(blobs, name, length - PackFormat.TrailerSize - size, length - PackFormat.TrailerSize, cancellationToken).ConfigureAwait(false);
        return entries?.Length == size ? PackFormat.Entries(entries, name, length) : null;
    }

    private static async ValueTask<byte[]?> RangeAsync(IBlobStore blobs, ChunkId name, long from, long to, CancellationToken cancellationToken)
    {
        try
        {
            var stream = await blobs.OpenAsync(PackFormat.Key(name), new BlobRange(from, to - from), cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                var bytes = new byte[to - from];
                var read = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
                return read == bytes.Length ? bytes : null;
            }
        }
        catch (MLOpsNotFoundException)
        {
            return null;
        }
    }
}
