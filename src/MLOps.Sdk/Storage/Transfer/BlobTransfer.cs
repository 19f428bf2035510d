namespace MLOps.Storage;

/// <summary>Copies the blobs that the target does not have.</summary>
internal sealed class BlobTransfer(IBlobStore from, IBlobStore to, int parallel, IProgress<StoreProgress>? progress)
{
    private long _written, _bytes, _seen;

    public long Written => _written;

    public long Bytes => _bytes;

    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        _seen = 0;
        var (total, missing) = (0L, new List<BlobInfo>());
        var pairs = Pairs.Of(from.ListAsync("", cancellationToken), to.ListAsync("", cancellationToken), b => b.Key, string.CompareOrdinal, cancellationToken);
        await foreach (var (source, target) in pairs.ConfigureAwait(false))
        {
            if (source is not { } blob) throw Pairs.Stranger($"the blob '{target!.Value.Key}'", target.Value.Key);
            if (target is { } there && there.Length != blob.Length)
            {
                // Under a name that says its content only one length is right: the one there is damaged.
                if (ContentOf(blob.Key) is null) throw Pairs.Stranger($"another blob '{blob.Key}'", blob.Key);
                await to.DeleteAsync(blob.Key, cancellationToken).ConfigureAwait(false);
            }

            if (target?.Length == blob.Length) continue;
            missing.Add(blob);
            total += blob.Length;
        }

        var options = new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(missing, options, async (blob, token) =>
        {
            await CopyAsync(blob, token).ConfigureAwait(false);
            progress?.Report(new("blobs", Interlocked.Add(ref _seen, blob.Length), total));
        }).ConfigureAwait(false);
    }

    private async ValueTask CopyAsync(BlobInfo blob, CancellationToken cancellationToken)
    {
        var content = await from.OpenAsync(blob.Key, null, cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            try
            {
                await to.WriteAsync(blob.Key, content, ContentOf(blob.Key), cancellationToken).ConfigureAwait(false);
            }
            catch (MLOpsIntegrityException error) when (error.Actual is not null)
            {
                throw new MLOpsIntegrityException(
                    $"The blob '{blob.Key}' of the source does not have the hash that its name says, and was not copied. Verify the source, and restore the blob from a backup.", blob.Key, error.Expected, error.Actual, error);
            }
        }

        Interlocked.Increment(ref _written);
        Interlocked.Add(ref _bytes, blob.Length);
    }

    /// <summary>The hash of a blob's content, when its key says it: packs bear the hash of what they say of themselves.</summary>
    public static Digest? ContentOf(string key) => Digest.TryParse(key[(key.LastIndexOf('/') + 1)..], out var digest) && key == ContentStore.Key(digest) ? digest : null;
}
