using System.Globalization;

namespace MLOps.Storage;

/// <summary>
/// Copies a whole store into another one, between any backends: the copy has the same blobs, streams, records, ids, versions, positions,
/// history and hash chain, so that watchers go on where they were. A copy that was interrupted goes on when it is started again, and one
/// whose source was written to since catches up.
/// </summary>
/// <remarks>
/// <para>The target must be empty, or hold an earlier copy of the same store and nothing else. Until the copy is complete nobody may use it:
/// records that are still to come stand there as <c>null</c>.</para>
/// <para>Nobody should write to the source meanwhile. Who does is noticed: blobs and streams are then looked through again, and a source that
/// does not come to rest is an error.</para>
/// <para>Bytes and blocks are copied first, then the records. Those are written through <see cref="IRecordStore.CommitAsync"/> like any other: see
/// <c>docs/decisions/0009</c>.</para>
/// </remarks>
public static class StoreCopy
{
    private const int Passes = 5;

    /// <summary>Copies a store.</summary>
    /// <param name="from">The source.</param>
    /// <param name="to">The target.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="progress">Told how far it has come.</param>
    /// <param name="cancellationToken">Stops; the next copy goes on from there.</param>
    /// <exception cref="MLOpsConflictException">The target holds something else, or somebody writes to one of the stores.</exception>
    /// <exception cref="MLOpsIntegrityException">A blob of the source is damaged, or the stores differ at the end.</exception>
    /// <exception cref="MLOpsInvalidException">An option is out of range, or a record store cannot be copied.</exception>
    public static async ValueTask<StoreCopyResult> RunAsync(
        StoreParts from, StoreParts to, StoreCopyOptions? options = null, IProgress<StoreProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        options ??= new();
        if (options.Parallel is < 1 or > 64) throw new MLOpsInvalidException(string.Create(CultureInfo.InvariantCulture, $"{nameof(StoreCopyOptions)}.{nameof(StoreCopyOptions.Parallel)} is {options.Parallel}: 1 to 64 is allowed."));

        var replay = new RecordReplay(from, to);
        await replay.RequireCopyAsync(cancellationToken).ConfigureAwait(false);
        var blobs = new BlobTransfer(from.Blobs, to.Blobs, options.Parallel, progress);
        var streams = new StreamTransfer(from.Streams, to.Streams, progress);
        for (var pass = 1; ; pass++)
        {
            var head = await from.HeadAsync(cancellationToken).ConfigureAwait(false);
            await blobs.RunAsync(cancellationToken).ConfigureAwait(false);
            await streams.RunAsync(cancellationToken).ConfigureAwait(false);
            // What the records up to the head name was there before they were: only now it is here too.
            if (await from.HeadAsync(cancellationToken).ConfigureAwait(false) == head) break;
            if (pass == Passes) throw RecordReplay.Restless();
        }

        var (records, position) = await replay.RunAsync(progress, cancellationToken).ConfigureAwait(false);
        var digest = options.Compare ? await CompareAsync(from, to, position, progress, cancellationToken).ConfigureAwait(false) : (Digest?)null;
        return new(blobs.Written, blobs.Bytes, streams.Written, streams.Blocks, records, position, digest);
    }

    private static async ValueTask<Digest> CompareAsync(StoreParts from, StoreParts to, long position, IProgress<StoreProgress>? progress, CancellationToken cancellationToken)
    {
        progress?.Report(new("comparing", 0, 2));
        var source = await StoreExport.DigestAsync(from, cancellationToken).ConfigureAwait(false);
        progress?.Report(new("comparing", 1, 2));
        var target = await StoreExport.DigestAsync(to, cancellationToken).ConfigureAwait(false);
        progress?.Report(new("comparing", 2, 2));
        if (source == target) return target;
        throw await from.HeadAsync(cancellationToken).ConfigureAwait(false) != position ? RecordReplay.Restless() : new MLOpsIntegrityException(
            "The copy is not equal to its source: the exports of the two stores have different hashes. If nobody wrote to either meanwhile, one of them does not keep what it is given; verify both.",
            "copy", source.Hex, target.Hex);
    }
}
