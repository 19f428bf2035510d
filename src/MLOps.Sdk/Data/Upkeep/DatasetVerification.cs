using MLOps.Data.Trees;
using MLOps.Storage.Chunks;

namespace MLOps.Data.Upkeep;

/// <summary>Reads packs first, then goes through the versions, newest first, and says whose bytes are damaged.</summary>
sealed class DatasetVerification(DatasetRecords records, DatasetFiles files, DatasetVerifyOptions options)
{
    private readonly DamagedChunks _damaged = new(files.Chunks);
    private readonly HashSet<ChunkId> _sound = [];
    private readonly HashSet<(ChunkId, string)> _told = [];
    private readonly List<DatasetDamage> _damages = [];

    /// <summary>The chunks that versions need and that are not there whole.</summary>
    public HashSet<ChunkId> Wanted { get; } = [];

    public DamagedChunks Damaged => _damaged;

    public async ValueTask<DatasetVerifyReport> RunAsync(CancellationToken cancellationToken)
    {
        var epoch = await CollectionEpoch.ReadAsync(records, cancellationToken).ConfigureAwait(false);
        await files.Chunks.RefreshAsync(epoch.Version, epoch.Condemned, cancellationToken).ConfigureAwait(false);
        var part = options.Level switch { VerifyLevel.Structure => 0, VerifyLevel.Sample => options.Part, _ => 1 };
        await _damaged.FindAsync(part, options.Seed is { } seed ? new Random(seed) : Random.Shared, cancellationToken).ConfigureAwait(false);
        Wanted.UnionWith(_damaged.Chunks.Keys);
        var versions = 0;
        var (reader, lists) = (new TreeReader(files.Chunks), new ChunkReader(files.Chunks));
        await using (reader.ConfigureAwait(false))
        await using (lists.ConfigureAwait(false))
            await foreach (var version in records.Versions.QueryAsync(orderBy: "created", descending: true, cancellationToken: cancellationToken).ConfigureAwait(false))
            {
                if (version.Value.IsCollected) continue;
                versions++;
                await TreeAsync(reader, lists, version.Value, cancellationToken).ConfigureAwait(false);
            }

        return new DatasetVerifyReport
        {
            Versions = versions,
            Packs = files.Chunks.Index.Packs().Count + files.Chunks.Unreadable.Count,
            BytesRead = _damaged.BytesRead,
            Damages = _damages,
            DamagedPacks = [.. _damaged.Packs.Select(PackFormat.Key).Order(StringComparer.Ordinal)],
        };
    }

    private async ValueTask TreeAsync(TreeReader reader, ChunkReader lists, DatasetVersion version, CancellationToken cancellationToken)
    {
        var open = new Stack<(ChunkId Id, int? Level)>([(ChunkId.Of(version.Tree), null)]);
        while (open.TryPop(out var next))
        {
            if (!_sound.Add(next.Id)) continue;
            try
            {
                if (IsDamaged(next.Id, out var blob, out var reason)) Tell(version, null, next.Id, 0, 0, blob, reason);
                else
                {
                    var node = await reader.NodeAsync(next.Id, next.Level, cancellationToken).ConfigureAwait(false);
                    foreach (var child in node.Children) open.Push((child.Id, node.Level - 1));
                    foreach (var entry in node.Entries) await FileAsync(lists, version, entry, cancellationToken).ConfigureAwait(false);
                }
            }
            catch (MLOpsIntegrityException error)
            {
                Tell(version, null, next.Id, 0, 0, error.Key, error.Message);
            }
        }
    }

    private async ValueTask FileAsync(ChunkReader lists, DatasetVersion version, TreeEntry entry, CancellationToken cancellationToken)
    {
        if (_sound.Contains(entry.Content.Id)) return;
        var (offset, before) = (0L, _damages.Count);
        var list = entry.Content.Id;
        try
        {
            await foreach (var part in new ContentParts(lists, entry.Content).AllAsync(id => list = id, cancellationToken).ConfigureAwait(false))
            {
                if (IsDamaged(part.Id, out var blob, out var reason)) Tell(version, entry.Path, part.Id, offset, part.Length, blob, reason);
                offset += part.Length;
            }
        }
        catch (MLOpsIntegrityException error)
        {
            Tell(version, entry.Path, list, offset, entry.Content.Length - offset, error.Key, error.Message);
        }

        // What is damaged is told of every path that has it.
        if (_damages.Count == before) _sound.Add(entry.Content.Id);
    }

    private bool IsDamaged(ChunkId id, out string? blob, out string reason)
    {
        if (_damaged.Chunks.TryGetValue(id, out var found))
        {
            (blob, reason) = (found.Blob, found.Reason);
            return true;
        }

        (blob, reason) = (null, $"The chunk {id} is missing.");
        return !files.Chunks.Index.TryFind(id, out _);
    }

    private void Tell(DatasetVersion version, string? path, ChunkId chunk, long offset, long length, string? blob, string reason)
    {
        Wanted.Add(chunk);
        if (_told.Add((chunk, $"{path}@{offset}"))) _damages.Add(new DatasetDamage(version.Dataset, version.Id, path, offset, length, blob, reason));
    }
}
