using MLOps.Data.Trees;
using MLOps.Storage.Chunks;

namespace MLOps.Data;

/// <summary>Compares two versions: trees first, then the chunks of what was modified.</summary>
sealed class VersionDiff(DatasetFiles files)
{
    public async ValueTask<DatasetDiff> RunAsync(DatasetVersion from, DatasetVersion to, CancellationToken cancellationToken)
    {
        var (added, removed, modified) = (new List<TreeEntry>(), new List<TreeEntry>(), new List<DatasetModification>());
        var reader = new TreeReader(files.Chunks);
        await using (reader.ConfigureAwait(false))
            await foreach (var change in TreeDiff.BetweenAsync(reader, DatasetFiles.RootOf(from), DatasetFiles.RootOf(to), cancellationToken).ConfigureAwait(false))
            {
                if (change.From is null) added.Add(new TreeEntry(change.Path, change.To!.Value));
                else if (change.To is null) removed.Add(new TreeEntry(change.Path, change.From.Value));
                else modified.Add(await ModificationAsync(change.Path, change.From.Value, change.To.Value, cancellationToken).ConfigureAwait(false));
            }

        var renamed = Renames(added, removed);
        return new DatasetDiff { Added = added.ConvertAll(e => e.ToFile()), Removed = removed.ConvertAll(e => e.ToFile()), Modified = modified, Renamed = renamed };
    }

    /// <summary>Pairs what vanished with what appeared with the same content, and takes the pairs out of both. Empty files say nothing about where they went.</summary>
    private static List<DatasetRename> Renames(List<TreeEntry> added, List<TreeEntry> removed)
    {
        var vanished = removed.Where(e => e.Content.Length > 0).GroupBy(e => e.Content).ToDictionary(g => g.Key, g => new Queue<TreeEntry>(g));
        var renames = new List<DatasetRename>();
        var pairs = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in added)
        {
            if (!vanished.TryGetValue(entry.Content, out var sources) || !sources.TryDequeue(out var source)) continue;
            renames.Add(new DatasetRename(source.Path, entry.ToFile()));
            pairs.Add(source.Path);
            pairs.Add(entry.Path);
        }

        added.RemoveAll(e => pairs.Contains(e.Path));
        removed.RemoveAll(e => pairs.Contains(e.Path));
        return renames;
    }

    private async ValueTask<DatasetModification> ModificationAsync(string path, ChunkContent before, ChunkContent after, CancellationToken cancellationToken)
    {
        var reader = new ChunkReader(files.Chunks);
        await using (reader.ConfigureAwait(false))
        {
            var had = new HashSet<ChunkId>();
            await foreach (var part in new ContentParts(reader, before).AllAsync(cancellationToken: cancellationToken).ConfigureAwait(false)) had.Add(part.Id);
            var (reused, fresh) = (0L, 0L);
            await foreach (var part in new ContentParts(reader, after).AllAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
            {
                if (had.Contains(part.Id)) reused += part.Length;
                else fresh += part.Length;
            }

            return new DatasetModification(new TreeEntry(path, before).ToFile(), new TreeEntry(path, after).ToFile(), reused, fresh);
        }
    }
}
