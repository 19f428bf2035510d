using Microsoft.Win32.SafeHandles;
using MLOps.Storage;
using MLOps.Storage.Chunks;

namespace MLOps.Data.Intake;

/// <summary>
/// Stores the bytes of a change, once, before any record is written: afterwards the change can be laid on one head after
/// another without reading anything again. Files are read by as many workers as there are processors; those that the stat cache knows are not read.
/// </summary>
sealed class DatasetIntake(ChunkWriter writer, ChunkStore store, Func<string, StatCache> caches, IProgress<DatasetProgress>? progress)
{
    /// <summary>Files from this length on begin first, the longest before all, so that no worker is left alone with one at the end.</summary>
    private const long Long = 8 << 20;

    private const int MostWorkers = 8;

    private readonly Lock _reporting = new();
    private long _files, _bytes;
    private int _next;

    /// <summary>What each path of the change becomes; null where it is removed. The last edit of a path wins.</summary>
    public async ValueTask<Dictionary<string, ChunkContent?>> StoreAsync(DatasetChange change, CancellationToken cancellationToken)
    {
        var folders = new List<(StatCache Cache, List<LocalFile> Files)>();
        var known = new Dictionary<string, ChunkContent>(StringComparer.Ordinal);
        foreach (var edit in change.Edits)
        {
            if (edit.Kind != DatasetEditKind.Folder) continue;
            var cache = caches(edit.Path);
            var files = LocalFiles.Of(edit.Path, cancellationToken);
            folders.Add((cache, files));
            foreach (var file in files)
                if (cache.TryGet(file, out var content) && store.Index.Holds(content.Id)) known[file.FullName] = content;
        }

        var items = new List<IntakeItem>(change.Edits.Count + folders.Sum(f => f.Files.Count));
        var listing = 0;
        foreach (var edit in change.Edits)
        {
            if (edit.Kind == DatasetEditKind.Put) items.Add(new IntakeItem(edit.Path, edit.Open, default));
            else if (edit.Kind == DatasetEditKind.Folder) 
                foreach (var file in folders[listing++].Files) items.Add(new IntakeItem(file.Path, null, file));
        }

        var contents = await StoreAsync(items, known, cancellationToken).ConfigureAwait(false);
        var results = new Dictionary<string, ChunkContent?>(items.Count, StringComparer.Ordinal);
        var (item, folder) = (0, 0);
        foreach (var edit in change.Edits)
        {
            if (edit.Kind == DatasetEditKind.Remove) results[edit.Path] = null;
            if (edit.Kind == DatasetEditKind.Put) results[edit.Path] = contents[item++];
            if (edit.Kind != DatasetEditKind.Folder) continue;
            var (cache, files) = folders[folder++];
            var first = item;
            foreach (var file in files) results[file.Path] = contents[item++];
            Remember.Add(() => cache.Save(files, contents.AsSpan(first, files.Count)));
        }

        return results;
    }

    /// <summary>To be done when what was stored is durable.</summary>
    public List<Action> Remember { get; } = [];

    private async ValueTask<ChunkContent[]> StoreAsync(List<IntakeItem> items, Dictionary<string, ChunkContent> known, CancellationToken cancellationToken)
    {
        var contents = new ChunkContent[items.Count];
        var order = new List<int>(items.Count);
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i].Open is null && known.TryGetValue(items[i].File.FullName, out contents[i])) Finished(items[i].Path, contents[i], items.Count);
            else order.Add(i);
        }

        // Stable, so that small files stay in the order of their paths.
        var sorted = order.OrderByDescending(i => items[i].Length >= Long ? items[i].Length : 0).ToList();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var workers = Enumerable.Range(0, Math.Clamp(Math.Min(Environment.ProcessorCount, sorted.Count), 1, MostWorkers)).Select(_ => Task.Run(async () =>
        {
            using var cutter = new ContentCutter(writer);
            try
            {
                for (int at; (at = Interlocked.Increment(ref _next) - 1) < sorted.Count;)
                {
                    stop.Token.ThrowIfCancellationRequested();
                    var item = items[sorted[at]];
                    contents[sorted[at]] = item.Open is null
                        ? await PutUnchangedAsync(cutter, item.File, stop.Token).ConfigureAwait(false)
                        : await PutAsync(cutter, item.Path, item.Open, stop.Token).ConfigureAwait(false);
                    Finished(item.Path, contents[sorted[at]], items.Count);
                }
            }
            catch
            {
                await stop.CancelAsync().ConfigureAwait(false);
                throw;
            }
        }, cancellationToken)).ToList();
        await Task.WhenAll(workers).ConfigureAwait(false);
        return contents;
    }

    private static async ValueTask<ChunkContent> PutAsync(ContentCutter cutter, string path, Func<Stream> open, CancellationToken cancellationToken)
    {
        try
        {
            var stream = open();
            await using (stream.ConfigureAwait(false))
            {
                var file = (stream as FileStream)?.Name;
                var stamp = file is null ? null : FileStamp.Of(file);
                var content = await cutter.StoreAsync((_, buffer) => stream.ReadAsync(buffer, cancellationToken), cancellationToken).ConfigureAwait(false);
                return file is null || FileStamp.Of(file) == stamp ? content : throw Changed(file, null);
            }
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            throw new MLOpsInvalidException($"The content of '{path}' cannot be read: {error.Message}", error);
        }
    }

    /// <summary>A file that somebody writes to is read again once, then refused: never stored torn.</summary>
    private static async ValueTask<ChunkContent> PutUnchangedAsync(ContentCutter cutter, LocalFile file, CancellationToken cancellationToken)
    {
        var path = file.FullName;
        Exception? cause = null;
        for (var attempt = 0; attempt < 2; attempt++)
        {
            try
            {
                if (FileStamp.Of(path) is not { } stamp) continue;
                using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                if (stamp.Length <= ChunkCutter.Min)
                {
                    if (await cutter.StoreShortAsync(handle, cancellationToken).ConfigureAwait(false) is { } whole && whole.Length == stamp.Length && FileStamp.Of(path) == stamp) return whole;
                    continue;
                }

                var content = await LongAsync(cutter, handle, stamp.Length, cancellationToken).ConfigureAwait(false);
                if (content.Length == stamp.Length && FileStamp.Of(path) == stamp) return content;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                cause = error;
            }
        }

        throw Changed(path, cause);
    }

    /// <summary>A file that grew or shrank has another stamp afterwards, so its end need not be looked for.</summary>
    private static ValueTask<ChunkContent> LongAsync(ContentCutter cutter, SafeFileHandle handle, long length, CancellationToken cancellationToken) =>
        cutter.StoreAsync((offset, buffer) => new(offset >= length ? 0 : RandomAccess.Read(handle, buffer.Span, offset)), cancellationToken);

    private static MLOpsInvalidException Changed(string file, Exception? cause) =>
        new($"The file '{file}' changed while it was read, or could not be read{(cause is null ? "" : $" ({cause.Message})")}. Commit when nobody writes to it.", cause);

    private void Finished(string path, ChunkContent content, long total)
    {
        if (progress is null) return;
        lock (_reporting)
        {
            _bytes += content.Length;
            progress.Report(new DatasetProgress(path, ++_files, total, _bytes));
        }
    }
}
