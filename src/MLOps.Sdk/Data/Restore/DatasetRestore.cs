using MLOps.Data.Trees;
using MLOps.Storage.Chunks;

namespace MLOps.Data.Restore;

/// <summary>
/// Writes a version's files into a folder. Everything that could be overwritten or lead out of the folder is found before
/// anything is written; each file is written beside its place from verified chunks, and renamed into it.
/// </summary>
sealed class DatasetRestore(DatasetVersion version, string folder, DatasetRestoreOptions options, DatasetFiles store)
{
    private const int MostWorkers = 8;

    private readonly string _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
    private readonly Lock _reporting = new();
    private long _files, _bytes;

    public async ValueTask<DatasetRestoreReport> RunAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            if (File.Exists(_root)) throw new MLOpsConflictException($"'{_root}' is a file; a dataset is restored into a folder.");
            var fresh = !Directory.Exists(_root) || !Directory.EnumerateFileSystemEntries(_root).Any();
            var (targets, differing, unchanged) = await FindAsync(fresh, cancellationToken).ConfigureAwait(false);
            if (differing.Count > 0 && !options.Overwrite)
                throw new MLOpsConflictException($"Nothing was restored: in '{_root}' {differing.Count} files differ from the version ({string.Join(", ", differing.Take(10))}{(differing.Count > 10 ? ", …" : "")}). Choose another folder, or allow Overwrite.", differing);
            var others = options.RemoveOthers && !fresh ? await OthersAsync(cancellationToken).ConfigureAwait(false) : [];
            if (!options.DryRun)
            {
                await WriteAsync(targets, cancellationToken).ConfigureAwait(false);
                foreach (var other in others) File.Delete(Path.Combine(_root, other));
            }

            var replaced = differing.ToHashSet(StringComparer.Ordinal);
            return new DatasetRestoreReport
            {
                Added = [.. targets.Select(t => t.Entry.Path).Where(p => !replaced.Contains(p))],
                Replaced = differing,
                Removed = others,
                Unchanged = unchanged,
                Bytes = targets.Sum(t => t.Entry.Content.Length),
            };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MLOpsInvalidException($"Dataset version {version.ShortId()} could not be restored into '{_root}': {error.Message} What is complete stays; restoring again continues.", error);
        }
    }

    /// <summary>What is to be written, and which paths hold something else now.</summary>
    private async ValueTask<(List<RestoreTarget> Missing, List<string> Differing, long Unchanged)> FindAsync(bool fresh, CancellationToken cancellationToken)
    {
        if (!options.DryRun) Directory.CreateDirectory(_root);
        var place = new RestorePlace(_root, PathRules.Of(Directory.Exists(_root) ? _root : Path.GetTempPath()));
        var (missing, differing, unchanged) = (new List<RestoreTarget>(), new List<string>(), 0L);
        var lists = new ChunkReader(store.Chunks);
        await using (lists.ConfigureAwait(false))
            await foreach (var entry in store.AllAsync(version, cancellationToken).ConfigureAwait(false))
            {
                var target = new RestoreTarget(entry, place.Of(entry.Path));
                if (!fresh && await IsThereAsync(lists, target, differing, cancellationToken).ConfigureAwait(false))
                {
                    unchanged++;
                    Finished(entry);
                }
                else missing.Add(target);
            }

        return (missing, differing, unchanged);
    }

    private static async ValueTask<bool> IsThereAsync(ChunkReader lists, RestoreTarget target, List<string> differing, CancellationToken cancellationToken)
    {
        var info = new FileInfo(target.Local);
        if (Directory.Exists(info.FullName) && info.LinkTarget is null)
            throw new MLOpsConflictException($"'{info.FullName}' is a folder and the version has a file there. Remove it or choose another folder.", [target.Entry.Path]);
        if (info.LinkTarget is null && !info.Exists) return false;
        // A link in a file's place is never read through: it counts as different and a rename replaces the link itself.
        if (info.LinkTarget is null && await FileComparison.HoldsAsync(lists, target.Local, target.Entry.Content, cancellationToken).ConfigureAwait(false)) return true;
        differing.Add(target.Entry.Path);
        return false;
    }

    /// <summary>Files that are there and that the version does not have. What lies behind links is not ours.</summary>
    private async ValueTask<List<string>> OthersAsync(CancellationToken cancellationToken)
    {
        var wanted = new HashSet<string>(PathRules.Of(_root).IgnoreCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        await foreach (var entry in store.AllAsync(version, cancellationToken).ConfigureAwait(false)) wanted.Add(entry.Path);
        var everything = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false };
        return [.. Directory.EnumerateFiles(_root, "*", everything).Select(f => Path.GetRelativePath(_root, f).Replace(Path.DirectorySeparatorChar, '/')).Where(f => !wanted.Contains(f)).Order(StringComparer.Ordinal)];
    }

    private async ValueTask WriteAsync(List<RestoreTarget> targets, CancellationToken cancellationToken)
    {
        foreach (var parent in targets.Select(t => Path.GetDirectoryName(t.Local)!).Distinct(StringComparer.Ordinal)) Directory.CreateDirectory(parent);
        var next = 0;
        // Chunks lie in packs about in the order in which files were stored, so that going through them in order reads ahead.
        var order = targets.OrderBy(t => store.Chunks.Index.TryFind(t.Entry.Content.Id, out var at) ? at.Pack : -1)
            .ThenBy(t => store.Chunks.Index.TryFind(t.Entry.Content.Id, out var at) ? at.Offset : 0).ToList();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var workers = Enumerable.Range(0, Math.Clamp(Math.Min(Environment.ProcessorCount, order.Count), 1, MostWorkers)).Select(_ => Task.Run(async () =>
        {
            var reader = new FileWriter(store.Chunks, version);
            await using (reader.ConfigureAwait(false))
            {
                try
                {
                    for (int at; (at = Interlocked.Increment(ref next) - 1) < order.Count;)
                    {
                        stop.Token.ThrowIfCancellationRequested();
                        await reader.WriteAsync(order[at], options.Overwrite, stop.Token).ConfigureAwait(false);
                        Finished(order[at].Entry);
                    }
                }
                catch
                {
                    await stop.CancelAsync().ConfigureAwait(false);
                    throw;
                }
            }
        }, cancellationToken)).ToList();
        await Task.WhenAll(workers).ConfigureAwait(false);
    }

    private void Finished(TreeEntry entry)
    {
        if (options.Progress is null) return;
        lock (_reporting)
        {
            _bytes += entry.Content.Length;
            options.Progress.Report(new DatasetProgress(entry.Path, ++_files, version.FileCount, _bytes));
        }
    }
}
