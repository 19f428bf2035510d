using MLOps.Data.Intake;
using MLOps.Data.Trees;
using MLOps.Records;
using MLOps.Storage.Chunks;

namespace MLOps.Data.Upkeep;

/// <summary>
/// Makes damaged versions whole: what is wanted is found in another store or cut anew from a working copy, each chunk known by its id; then the
/// damaged packs are written anew without what is damaged, and deleted. Until it is whole again, no commit relies on a damaged chunk.
/// </summary>
sealed class DatasetRepair(DatasetRecords records, RecordWriter writer, DatasetFiles files)
{
    private ChunkStore Chunks => files.Chunks;

    public async ValueTask<DatasetRepairReport> RunAsync(Func<ChunkWriter, IReadOnlySet<ChunkId>, CancellationToken, ValueTask> find, CancellationToken cancellationToken)
    {
        var total = 0;
        while (true)
        {
            // A tree that is whole again may lead to more that is missing.
            var verification = new DatasetVerification(records, files, new DatasetVerifyOptions());
            var report = await verification.RunAsync(cancellationToken).ConfigureAwait(false);
            if (report.IsSound) return new DatasetRepairReport { Repaired = total, After = report };
            var repaired = await StoreAsync(find, verification.Wanted, cancellationToken).ConfigureAwait(false);
            await RewriteAsync(verification.Damaged, unreadable: report.Damages.Count == 0, cancellationToken).ConfigureAwait(false);
            total += repaired;
            if (repaired == 0)
                return new DatasetRepairReport { Repaired = total, After = await new DatasetVerification(records, files, new DatasetVerifyOptions()).RunAsync(cancellationToken).ConfigureAwait(false) };
        }
    }

    /// <summary>Copies what is wanted out of another store.</summary>
    public static Func<ChunkWriter, IReadOnlySet<ChunkId>, CancellationToken, ValueTask> FromStore(ChunkStore other) => async (target, wanted, cancellationToken) =>
    {
        var reader = new ChunkReader(other);
        await using (reader.ConfigureAwait(false))
            foreach (var id in wanted)
            {
                try
                {
                    var (place, stored) = await reader.ReadStoredAsync(id, cancellationToken).ConfigureAwait(false);
                    await target.PutStoredAsync(id, place, stored, cancellationToken).ConfigureAwait(false);
                }
                catch (MLOpsIntegrityException)
                {
                    // The other store does not have it either, or not whole.
                }
            }
    };

    /// <summary>Cuts a folder's files and lists them as a commit would, and keeps what is wanted.</summary>
    public Func<ChunkWriter, IReadOnlySet<ChunkId>, CancellationToken, ValueTask> FromFolder(string folder) => async (target, _, cancellationToken) =>
    {
        var intake = new DatasetIntake(target, Chunks, path => StatCache.Open(null, path, 0, writer.Time), null);
        var edits = await intake.StoreAsync(DatasetChange.Folder(folder), cancellationToken).ConfigureAwait(false);
        var trees = new TreeReader(Chunks);
        await using (trees.ConfigureAwait(false))
            await new TreeEditor(trees, target, [.. edits.OrderBy(e => e.Key, StringComparer.Ordinal)]).RunAsync(null, cancellationToken).ConfigureAwait(false);
    };

    private async ValueTask<int> StoreAsync(Func<ChunkWriter, IReadOnlySet<ChunkId>, CancellationToken, ValueTask> find, HashSet<ChunkId> wanted, CancellationToken cancellationToken)
    {
        var target = new ChunkWriter(Chunks, files.Options.Compression, wanted);
        await using (target.ConfigureAwait(false))
        {
            await find(target, wanted, cancellationToken).ConfigureAwait(false);
            await target.FlushAsync(cancellationToken).ConfigureAwait(false);
            return target.NewChunks;
        }
    }

    /// <summary>Writes what is good in damaged packs into new ones, and deletes them. Every chunk that was to be had is then in a good pack.</summary>
    private async ValueTask RewriteAsync(DamagedChunks damaged, bool unreadable, CancellationToken cancellationToken)
    {
        if (damaged.Packs.Count == 0) return;
        var epoch = await CollectionEpoch.ReadAsync(records, cancellationToken).ConfigureAwait(false);
        // From here on, a place in another pack goes before one in these; and commits that relied on them begin anew.
        var condemned = await writer.CommitAsync([records.Epochs.Put(Document(damaged.Packs), epoch.Version)], "repair packs", cancellationToken).ConfigureAwait(false);
        await Chunks.RefreshAsync(condemned.Versions[0], damaged.Packs, cancellationToken).ConfigureAwait(false);
        var (copy, reader) = (new ChunkWriter(Chunks, files.Options.Compression), new ChunkReader(Chunks));
        await using (copy.ConfigureAwait(false))
        await using (reader.ConfigureAwait(false))
        {
            foreach (var pack in Chunks.Index.Packs().Where(p => p.Condemned))
                foreach (var entry in pack.Entries)
                {
                    if (!entry.IsChunk || Chunks.Index.Holds(entry.Id) || damaged.Chunks.ContainsKey(entry.Id)) continue;
                    var (place, stored) = await reader.ReadStoredAsync(entry.Id, cancellationToken).ConfigureAwait(false);
                    await copy.PutStoredAsync(entry.Id, place, stored, cancellationToken).ConfigureAwait(false);
                }

            await copy.FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        // What an unreadable pack held is not known before everything is whole; until then it may still be of use to somebody.
        foreach (var pack in damaged.Packs.Where(p => unreadable || Chunks.Index.Knows(p))) await Chunks.Blobs.DeleteAsync(PackFormat.Key(pack), cancellationToken).ConfigureAwait(false);
        var ended = await writer.CommitAsync([records.Epochs.Put(Document([]), condemned.Versions[0])], "repair ends", cancellationToken).ConfigureAwait(false);
        await Chunks.RefreshAsync(ended.Versions[0], new HashSet<ChunkId>(), cancellationToken).ConfigureAwait(false);
    }

    private CollectionDocument Document(IReadOnlyCollection<ChunkId> packs) => new() { Condemned = [.. packs.Select(p => p.ToString())], At = writer.Now };
}
