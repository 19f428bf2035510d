using System.Globalization;

namespace MLOps.Storage.Decorators;

/// <summary>
/// The cached files and their bound. A file appears whole, by renaming; when one was used stands in its time of last writing, which
/// every process of the machine sees; what was not used for longest goes first. Whatever the disk refuses is not cached.
/// </summary>
internal sealed class CacheFolder(BlobCacheOptions options, TimeProvider time)
{
    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(24);

    private readonly string _root = Path.GetFullPath(options.Folder);
    private readonly Lock _tidying = new();
    private long _added = long.MaxValue;

    /// <summary>Opens the file of a blob, and notes that it is used; null when there is none.</summary>
    public FileStream? Open(string key)
    {
        var path = PathOf(key);
        try
        {
            var file = new FileStream(path, new FileStreamOptions { Access = FileAccess.Read, Share = FileShare.Read | FileShare.Delete, Options = FileOptions.Asynchronous, BufferSize = 0 });
            Touch(path);
            return file;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Keeps a blob.</summary>
    /// <returns>False when the disk would not have it; <paramref name="content"/> may have been read then.</returns>
    public async ValueTask<bool> KeepAsync(string key, Stream content, CancellationToken cancellationToken)
    {
        var path = PathOf(key);
        var temporary = string.Create(CultureInfo.InvariantCulture, $"{path}.{Guid.NewGuid():N}.tmp");
        try
        {
            long length;
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                var file = new FileStream(temporary, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous, BufferSize = 0 });
                await using (file.ConfigureAwait(false)) length = await CachedFile.WriteAsync(file, key, content, cancellationToken).ConfigureAwait(false);
                Touch(temporary);
                File.Move(temporary, path, overwrite: true);
            }
            finally
            {
                File.Delete(temporary);
            }

            Tidy(length);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    public void Forget(string key)
    {
        try
        {
            File.Delete(PathOf(key));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Somebody else's, or gone: it is verified whenever it is read.
        }
    }

    /// <summary>Walks the folder when enough was added since the last time, and deletes what is too much.</summary>
    private void Tidy(long length)
    {
        lock (_tidying)
        {
            _added = _added > long.MaxValue - length ? long.MaxValue : _added + length;
            if (_added < options.MaxBytes / 16) return;
            _added = 0;
            var files = new List<FileInfo>();
            var abandoned = (time.GetUtcNow() - Abandoned).UtcDateTime;
            foreach (var file in new DirectoryInfo(_root).EnumerateFiles("*", SearchOption.AllDirectories))
            {
                if (file.Extension != ".tmp") files.Add(file);
                else if (file.LastWriteTimeUtc < abandoned) file.Delete();
            }

            var total = files.Sum(f => f.Length);
            foreach (var file in files.OrderBy(f => f.LastWriteTimeUtc))
            {
                if (total <= options.MaxBytes) break;
                total -= file.Length;
                file.Delete();
            }
        }
    }

    private void Touch(string path) => File.SetLastWriteTimeUtc(path, time.GetUtcNow().UtcDateTime);

    // Hashed, so that a key of any shape is a file of two levels.
    private string PathOf(string key)
    {
        var hex = Digest.Of(key).Hex;
        return Path.Combine(_root, hex[..2], hex);
    }
}
