using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace MLOps.Storage.Folder;

/// <summary>
/// Blobs as files: a key is a relative path under a folder, where the names of folders end in <c>+</c>, so that the keys
/// <c>a</c> and <c>a/b</c> can stand side by side. A blob is written under a temporary name in <c>.tmp</c>, flushed
/// to the disk, and then linked to its name, which fails when the name exists; so a blob is whole or absent, and the first
/// complete writer wins, also between processes. Opening the store removes what crashed writers left more than a day ago.
/// </summary>
/// <remarks>Symbolic links inside the folder are not followed: what they point at is not of the store. No I/O in the constructor.</remarks>
public sealed class FolderBlobStore : IBlobStore, IBlobStaging
{
    private const int BufferSize = 128 * 1024;

    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(24);

    private readonly string _root;
    private readonly string _temporary;
    private readonly TimeProvider _time;
    private readonly Lock _opening = new();
    private readonly ConcurrentDictionary<string, bool> _durable = new(StringComparer.Ordinal);
    private volatile bool _opened, _readable;

    /// <summary>Makes a store in a folder, which is created by the first write.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="time">The clock that tells old leftovers from running writes; the system's when null.</param>
    public FolderBlobStore(string folder, TimeProvider? time = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        _temporary = Path.Combine(_root, ".tmp");
        _time = time ?? TimeProvider.System;
    }

    /// <summary>Where this machine may keep what it can make again from the blobs. Its name is no key, so that no listing shows it.</summary>
    internal string CacheFolder => Path.Combine(_root, ".cache");

    /// <inheritdoc/>
    public async ValueTask<bool> WriteAsync(string key, Stream content, Digest? expected = null, CancellationToken cancellationToken = default)
    {
        BlobKey.Require(key);
        var staged = await StageAsync(key, content, expected, cancellationToken).ConfigureAwait(false);
        await using (staged.ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            return await staged.PublishAsync(key).ConfigureAwait(false);
        }
    }

    async ValueTask<IStagedBlob> IBlobStaging.StageAsync(Stream content, CancellationToken cancellationToken) =>
        await StageAsync("(not named yet)", content, null, cancellationToken).ConfigureAwait(false);

    private async ValueTask<StagedFile> StageAsync(string key, Stream content, Digest? expected, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        cancellationToken.ThrowIfCancellationRequested();
        var source = new BlobSource(content);
        string? temporary = null;
        try
        {
            Open();
            temporary = TemporaryName();
            await CopyAsync(key, source, temporary, expected, cancellationToken).ConfigureAwait(false);
            return new(this, temporary);
        }
        catch (Exception error)
        {
            if (temporary is not null) File.Delete(temporary);
            if (error is IOException or UnauthorizedAccessException && !ReferenceEquals(error, source.Failure)) throw NotWritten(error, key);
            throw;
        }
    }

    private MLOpsUnavailableException NotWritten(Exception error, string key) => FolderErrors.Of(error, $"The blob '{key}' could not be written to the folder '{_root}'");

    /// <inheritdoc/>
    public ValueTask<Stream> OpenAsync(string key, BlobRange? range = null, CancellationToken cancellationToken = default)
    {
        BlobKey.Require(key);
        if (range is { Offset: < 0 } or { Length: < 0 })
            throw new MLOpsInvalidException($"The range {range} of the blob '{key}' is negative: offset and length are at least 0.");
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            RequireReadable();
            if (Find(key) is not { } file) throw new MLOpsNotFoundException($"There is no blob '{key}' in the folder '{_root}'.");
            // Deleting a blob that is being read is allowed, as on the other stores.
            var stream = new FileStream(file.FullName, new FileStreamOptions
            {
                Access = FileAccess.Read,
                Share = FileShare.Read | FileShare.Delete,
                Options = FileOptions.Asynchronous | (range is null ? FileOptions.SequentialScan : FileOptions.None),
                BufferSize = 0,
            });
            if (range is null) return new(stream);
            var offset = Math.Min(range.Value.Offset, stream.Length);
            return new(new RangeStream(stream, offset, Math.Min(range.Value.Length ?? long.MaxValue, stream.Length - offset)));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new MLOpsNotFoundException($"There is no blob '{key}' in the folder '{_root}'.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw FolderErrors.Of(error, $"The blob '{key}' in the folder '{_root}' could not be opened");
        }
    }

    /// <inheritdoc/>
    public ValueTask<BlobInfo?> StatAsync(string key, CancellationToken cancellationToken = default)
    {
        BlobKey.Require(key);
        cancellationToken.ThrowIfCancellationRequested();
        return new(Find(key) is { } file ? new BlobInfo(key, file.Length) : null);
    }

    /// <inheritdoc/>
    public ValueTask<bool> DeleteAsync(string key, CancellationToken cancellationToken = default)
    {
        BlobKey.Require(key);
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            if (Find(key) is not { } file) return new(false);
            Open();
            // Of several deleters only one may say that the blob existed, and File.Delete tells nobody: renaming does.
            var grave = TemporaryName();
            File.Move(file.FullName, grave);
            DurableFolder.Flush(file.DirectoryName!);
            File.Delete(grave);
            return new(true);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return new(false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw FolderErrors.Of(error, $"The blob '{key}' could not be deleted from the folder '{_root}'");
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BlobInfo> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        cancellationToken.ThrowIfCancellationRequested();
        await Task.CompletedTask.ConfigureAwait(false);
        foreach (var blob in BlobFiles.Walk(_root, prefix))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return blob;
        }
    }

    private static async ValueTask CopyAsync(string key, BlobSource source, string temporary, Digest? expected, CancellationToken cancellationToken)
    {
        var file = new FileStream(temporary, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous, BufferSize = 0 });
        await using (file.ConfigureAwait(false))
        {
            using var hash = expected is null ? null : IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var buffer = new byte[BufferSize];
            while (await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is var read and > 0)
            {
                hash?.AppendData(buffer, 0, read);
                await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            }

            if (hash is not null && Digest.FromHash(hash.GetHashAndReset()) is var actual && actual != expected)
                throw new MLOpsIntegrityException($"The bytes for the blob '{key}' do not have the expected hash. Nothing was written; read them again from their source.", key, expected!.Value.Hex, actual.Hex);
            file.Flush(flushToDisk: true);
        }
    }

    private bool Publish(string temporary, string key)
    {
        var path = PathOf(key);
        var folder = Path.GetDirectoryName(path)!;
        RequireNoLink(key);
        Require(folder);
        var written = HardLink.TryMove(temporary, path);
        // Also when another writer was first: it may not have come so far, and our caller may rely on the blob from here on.
        DurableFolder.Flush(folder);
        return written;
    }

    private string PathOf(string key) => Path.Combine(_root, BlobFiles.PathOf(key));

    private string TemporaryName()
    {
        Require(_temporary);
        return Path.Combine(_temporary, string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}-{Guid.CreateVersion7():N}"));
    }

    /// <summary>Makes sure that a folder exists durably; which ones do is remembered.</summary>
    private void Require(string folder)
    {
        if (IsDurable(folder)) return;
        DurableFolder.Create(_root, folder, IsDurable);
        if (_durable.Count > 10_000) _durable.Clear();
        for (var at = folder; at is not null && at.Length >= _root.Length; at = Path.GetDirectoryName(at)) _durable[at] = true;
    }

    private bool IsDurable(string folder) => _durable.ContainsKey(folder) && Directory.Exists(folder);

    private FileInfo? Find(string key)
    {
        if (LinkIn(key) is not null) return null;
        var file = new FileInfo(PathOf(key));
        return file.Exists ? file : null;
    }

    private void RequireNoLink(string key)
    {
        if (LinkIn(key) is { } link)
            throw new MLOpsInvalidException($"The blob '{key}' cannot be written: '{link}' is a symbolic link, and the store does not follow links out of its folder. Remove the link.");
    }

    /// <summary>The first part of a key's path that is a symbolic link, or null.</summary>
    private string? LinkIn(string key)
    {
        for (var end = key.IndexOf('/', StringComparison.Ordinal); ; end = key.IndexOf('/', end + 1))
        {
            var path = PathOf(end < 0 ? key : key[..(end + 1)]);
            if (new FileInfo(path) is { LinkTarget: not null }) return path;
            if (end < 0) return null;
        }
    }

    private void Open()
    {
        if (_opened) return;
        lock (_opening)
        {
            if (_opened) return;
            FolderFormat.Require(_root, toWrite: true);
            if (Directory.Exists(_temporary))
            {
                var limit = (_time.GetUtcNow() - Abandoned).UtcDateTime;
                foreach (var file in Directory.EnumerateFiles(_temporary))
                    if (File.GetLastWriteTimeUtc(file) < limit) File.Delete(file);
            }

            _opened = true;
        }
    }

    private void RequireReadable()
    {
        if (_readable) return;
        FolderFormat.Require(_root, toWrite: false);
        _readable = true;
    }

    /// <summary>A whole, flushed file under a temporary name.</summary>
    private sealed class StagedFile(FolderBlobStore store, string temporary) : IStagedBlob
    {
        public ValueTask<bool> PublishAsync(string key)
        {
            try
            {
                return new(store.Publish(temporary, key));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw store.NotWritten(error, key);
            }
        }

        public ValueTask DisposeAsync()
        {
            File.Delete(temporary);
            return default;
        }
    }
}
