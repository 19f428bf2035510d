using MLOps.Storage.Chunks;

namespace MLOps.Data.Restore;

/// <summary>Writes files from chunks, one at a time.</summary>
sealed class FileWriter(ChunkStore store, DatasetVersion version) : IAsyncDisposable
{
    private readonly ChunkReader _chunks = new(store), _lists = new(store);

    /// <summary>Writes a file beside its place and renames it there: it appears whole and verified, or not at all.</summary>
    public async ValueTask WriteAsync(RestoreTarget target, bool overwrite, CancellationToken cancellationToken)
    {
        var (path, content) = target.Entry;
        var temporary = Path.Combine(Path.GetDirectoryName(target.Local)!, $".mlops-{Guid.NewGuid():N}.tmp");
        try
        {
            await CopyAsync(content, temporary, cancellationToken).ConfigureAwait(false);
            if (!overwrite && File.Exists(target.Local)) throw new MLOpsConflictException($"'{target.Local}' appeared while the version was being restored; it was left alone.", [path]);
            File.Move(temporary, target.Local, overwrite);
        }
        catch (MLOpsIntegrityException error)
        {
            File.Delete(temporary);
            throw DatasetFiles.Explained(error, $"the file '{path}' of version {version.ShortId()} of dataset '{version.Dataset}', which was not restored");
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _chunks.DisposeAsync().ConfigureAwait(false);
        await _lists.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask CopyAsync(ChunkContent content, string path, CancellationToken cancellationToken)
    {
        using var handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        var offset = 0L;
        await foreach (var part in new ContentParts(_lists, content).AllAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var bytes = await _chunks.ReadAsync(part.Id, cancellationToken).ConfigureAwait(false);
            if (bytes.Length != part.Length) throw ChunkList.Broken(part.Id);
            RandomAccess.Write(handle, bytes.Span, offset);
            offset += bytes.Length;
        }

        if (offset != content.Length) throw ChunkList.Broken(content.Id);
    }
}
