using MLOps.Storage;

namespace MLOps.Data;

/// <summary>
/// Stores the bytes of a change, once, before any record is written: afterwards the change can be laid on one head after
/// another without reading anything again.
/// </summary>
sealed class DatasetIntake(ContentStore content, IProgress<DatasetProgress>? progress)
{
    private long _files;
    private long _bytes;

    /// <summary>The edits in order: a path with its stored file, or with null where it is removed.</summary>
    public async ValueTask<IReadOnlyList<(string Path, DatasetFile? File)>> StoreAsync(DatasetChange change, CancellationToken cancellationToken)
    {
        var listings = change.Edits.Where(e => e.Kind == DatasetEditKind.Folder).ToDictionary(e => e, e => LocalFiles.Of(e.Path, cancellationToken));
        var total = change.Edits.Count(e => e.Kind == DatasetEditKind.Put) + listings.Values.Sum(l => (long)l.Count);
        var stored = new List<(string, DatasetFile?)>();
        foreach (var edit in change.Edits)
        {
            cancellationToken.ThrowIfCancellationRequested();
            switch (edit.Kind)
            {
                case DatasetEditKind.Put:
                    stored.Add((edit.Path, Finished(await PutAsync(edit.Path, edit.Open!, cancellationToken).ConfigureAwait(false), total)));
                    break;
                case DatasetEditKind.Remove:
                    stored.Add((edit.Path, null));
                    break;
                case DatasetEditKind.Folder:
                    foreach (var (path, file) in listings[edit])
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        stored.Add((path, Finished(await PutUnchangedAsync(path, file, cancellationToken).ConfigureAwait(false), total)));
                    }

                    break;
                default:
                    throw new MLOpsInvalidException($"The edit of '{Name.Shown(edit.Path)}' has the unknown kind {(int)edit.Kind}.");
            }
        }

        return stored;
    }

    private async ValueTask<DatasetFile> PutAsync(string path, Func<Stream> open, CancellationToken cancellationToken)
    {
        try
        {
            var (digest, length) = await content.PutAsync(open, cancellationToken).ConfigureAwait(false);
            return new DatasetFile(path, length, digest);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            throw new MLOpsInvalidException($"The content of '{path}' cannot be read: {error.Message}", error);
        }
    }

    /// <summary>A file that somebody writes to is read again once, then refused: never stored torn.</summary>
    private async ValueTask<DatasetFile> PutUnchangedAsync(string path, FileInfo file, CancellationToken cancellationToken)
    {
        Exception? cause = null;
        for (var attempt = 0; attempt < 2; attempt++)
        {
            file.Refresh();
            var (length, written) = file.Exists ? (file.Length, file.LastWriteTimeUtc) : (-1, default);
            try
            {
                var stored = await PutAsync(path, () => Open(file), cancellationToken).ConfigureAwait(false);
                file.Refresh();
                if (file.Exists && file.Length == length && file.LastWriteTimeUtc == written && stored.Length == length) return stored;
            }
            catch (MLOpsInvalidException error)
            {
                cause = error;
            }
        }

        throw new MLOpsInvalidException($"The file '{file.FullName}' changed while it was read, or could not be read{(cause is null ? "" : $" ({cause.Message})")}. Commit when nobody writes to it.", cause);
    }

    private static FileStream Open(FileInfo file) =>
        new(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, FileOptions.Asynchronous | FileOptions.SequentialScan);

    private DatasetFile Finished(DatasetFile file, long total)
    {
        _bytes += file.Length;
        progress?.Report(new DatasetProgress(file.Path, ++_files, total, _bytes));
        return file;
    }
}
