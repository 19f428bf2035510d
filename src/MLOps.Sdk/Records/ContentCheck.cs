using System.Globalization;
using MLOps.Storage;
using MLOps.Storage.Chunks;

namespace MLOps.Records;

/// <summary>Reads every blob and every stream.</summary>
internal sealed class ContentCheck(StoreParts store, ChunkStore chunks, List<StoreProblem> problems, IProgress<StoreProgress>? progress)
{
    public long Blobs { get; private set; }

    public long Bytes { get; private set; }

    public long Streams { get; private set; }

    public long Blocks { get; private set; }

    /// <summary>Reads blobs that bear the hash of their content, and all others too; packs chunk by chunk.</summary>
    public async ValueTask BlobsAsync(CancellationToken cancellationToken)
    {
        await foreach (var blob in store.Blobs.ListAsync("", cancellationToken).ConfigureAwait(false))
        {
            Blobs++;
            Bytes += blob.Length;
            if (!blob.Key.StartsWith(PackFormat.Prefix, StringComparison.Ordinal)) await BlobAsync(blob, cancellationToken).ConfigureAwait(false);
            progress?.Report(new("blobs", Bytes, 0));
        }

        await chunks.RefreshAsync(cancellationToken).ConfigureAwait(false);
        var damaged = new DamagedChunks(chunks);
        await damaged.FindAsync(1, Random.Shared, cancellationToken).ConfigureAwait(false);
        foreach (var (chunk, (blob, reason)) in damaged.Chunks)
            problems.Add(new("blob-damaged", blob, $"The chunk {chunk} of the pack '{blob}' is damaged: {reason} Repair the dataset, or restore the pack from a backup."));
        foreach (var pack in damaged.Packs.Select(PackFormat.Key).Except(damaged.Chunks.Values.Select(c => c.Blob)).Order(StringComparer.Ordinal))
            problems.Add(new("blob-damaged", pack, $"The pack '{pack}' cannot be read: its end is damaged or gone. Repair the dataset, or restore the pack from a backup."));
    }

    private async ValueTask BlobAsync(BlobInfo blob, CancellationToken cancellationToken)
    {
        try
        {
            var content = await store.Blobs.OpenAsync(blob.Key, null, cancellationToken).ConfigureAwait(false);
            await using (content.ConfigureAwait(false))
            {
                var actual = await Digest.OfAsync(content, cancellationToken).ConfigureAwait(false);
                if (BlobTransfer.ContentOf(blob.Key) is { } expected && actual != expected)
                    problems.Add(new("blob-damaged", blob.Key, $"The blob '{blob.Key}' has the hash {actual}, which its name does not say. Restore it from a backup or another copy of the store."));
            }
        }
        catch (MLOpsIntegrityException error)
        {
            problems.Add(new("blob-damaged", blob.Key, error.Message));
        }
        catch (MLOpsNotFoundException)
        {
            // Deleted since it was listed; whoever needs it has a pin.
        }
    }

    public async ValueTask StreamsAsync(CancellationToken cancellationToken)
    {
        await foreach (var stream in store.Streams.ListAsync("", cancellationToken).ConfigureAwait(false))
        {
            var next = stream.First;
            await foreach (var block in store.Streams.ReadAsync(stream.Name, stream.First, cancellationToken).ConfigureAwait(false))
            {
                // Its beginning may have been truncated meanwhile; a gap behind that is none of the library's doing.
                if (block.Position != next && next > stream.First) break;
                next = block.Position + 1;
                Blocks++;
            }

            if (next < stream.Next && await IsSameAsync(stream, cancellationToken).ConfigureAwait(false))
                problems.Add(new("stream-damaged", stream.Name, string.Create(CultureInfo.InvariantCulture, $"The stream '{Name.Shown(stream.Name)}' lacks the block at position {next}; it should have all from {stream.First} to {stream.Next - 1}. Restore the store's database from a backup.")));
            Streams++;
            progress?.Report(new("streams", Streams, 0));
        }
    }

    private async ValueTask<bool> IsSameAsync(StreamInfo stream, CancellationToken cancellationToken) =>
        await store.Streams.StatAsync(stream.Name, cancellationToken).ConfigureAwait(false) is { } now && now.First == stream.First;
}
