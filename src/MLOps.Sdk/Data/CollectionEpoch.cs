using MLOps.Storage;
using MLOps.Storage.Chunks;

namespace MLOps.Data;

/// <summary>What a commit was told of collections when it began.</summary>
/// <param name="Version">The record's version, which must be the same when it ends.</param>
/// <param name="Condemned">Packs that must not be relied upon.</param>
sealed record CollectionEpoch(long Version, IReadOnlySet<ChunkId> Condemned)
{
    public static async ValueTask<CollectionEpoch> ReadAsync(DatasetRecords records, CancellationToken cancellationToken)
    {
        var found = await records.Epochs.GetAsync(CollectionDocument.Id, cancellationToken).ConfigureAwait(false);
        return found is null
            ? new(RecordOperation.Absent, new HashSet<ChunkId>())
            : new(found.Version, found.Value.Condemned.Select(c => ChunkId.Of(Digest.Parse(c))).ToHashSet());
    }

    /// <summary>The check that a commit carries.</summary>
    public RecordCheck Unchanged(DatasetRecords records) => new(records.Epochs.Key(CollectionDocument.Id), Version);
}
