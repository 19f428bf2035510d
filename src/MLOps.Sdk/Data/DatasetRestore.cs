using System.Security.Cryptography;
using MLOps.Storage;

namespace MLOps.Data;

/// <summary>
/// Writes a version's files into a folder. Everything that could be overwritten or lead out of the folder is found before
/// anything is written; each file is written beside its place, verified, and renamed into it.
/// </summary>
sealed class DatasetRestore(DatasetVersion version, string folder, DatasetRestoreOptions options, ContentStore content, IBlobStore blobs)
{
    private readonly string _root = Path.GetFullPath(folder);
    private long _files;
    private long _bytes;

    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            if (File.Exists(_root)) throw new MLOpsConflictException($"'{_root}' is a file; a dataset is restored into a folder.");
            var missing = new List<DatasetFile>();
            var differing = new List<string>();
            await foreach (var file in DatasetTree.ReadAsync(content, version.Tree, cancellationToken).ConfigureAwait(false))
            {
                if (await IsThereAsync(file, differing, cancellationToken).ConfigureAwait(false)) Finished(file);
                else missing.Add(file);
            }

            if (differing.Count > 0 && !options.Overwrite)
                throw new MLOpsConflictException($"Nothing was restored: in '{_root}' {differing.Count} files differ from the version ({string.Join(", ", differing.Take(10))}{(differing.Count > 10 ? ", …" : "")}). Choose another folder, or allow Overwrite.", differing);
            Directory.CreateDirectory(_root);
            foreach (var file in missing)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await WriteAsync(file, cancellationToken).ConfigureAwait(false);
                Finished(file);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MLOpsInvalidException($"Dataset version {version.ShortId()} could not be restored into '{_root}': {error.Message} What is complete stays; restoring again continues.", error);
        }
    }

    private async ValueTask<bool> IsThereAsync(DatasetFile file, List<string> differing, CancellationToken cancellationToken)
    {
        var info = new FileInfo(Target(file.Path));
        if (Directory.Exists(info.FullName) && info.LinkTarget is null)
            throw new MLOpsConflictException($"'{info.FullName}' is a folder and the version has a file there. Remove it or choose another folder.", [file.Path]);
        if (info.LinkTarget is null && !info.Exists) return false;
        // A link in a file's place is never read through: it counts as different and a rename replaces the link itself.
        if (info.LinkTarget is null && info.Length == file.Length)
        {
            var stream = new FileStream(info.FullName, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.Asynchronous | FileOptions.SequentialScan);
            await using (stream.ConfigureAwait(false))
                if (await Digest.OfAsync(stream, cancellationToken).ConfigureAwait(false) == file.Digest) return true;
        }

        differing.Add(file.Path);
        return false;
    }

    /// <summary>The local path of a file, after making sure that no folder on the way there is a link or a file.</summary>
    private string Target(string path)
    {
        var segments = path.Split('/');
        var current = _root;
        for (var i = 0; i < segments.Length; i++)
        {
            if (segments[i].AsSpan().ContainsAny(Path.GetInvalidFileNameChars()))
                throw new MLOpsInvalidException($"The file '{Name.Shown(path)}' cannot be restored: this file system does not allow its name.");
            current = Path.Combine(current, segments[i]);
            if (i == segments.Length - 1) break;
            if (new DirectoryInfo(current).LinkTarget is not null)
                throw new MLOpsInvalidException($"'{current}' is a symbolic link, and restoring '{Name.Shown(path)}' through it could leave the folder '{_root}'. Remove the link or choose another folder.");
            if (File.Exists(current))
                throw new MLOpsConflictException($"'{current}' is a file and the version has a folder there. Remove it or choose another folder.", [path]);
        }

        return current;
    }

    private async ValueTask WriteAsync(DatasetFile file, CancellationToken cancellationToken)
    {
        var target = Target(file.Path);
        var parent = Path.GetDirectoryName(target)!;
        Directory.CreateDirectory(parent);
        var temporary = Path.Combine(parent, $".mlops-{Guid.NewGuid():N}.tmp");
        try
        {
            await CopyVerifiedAsync(file, temporary, cancellationToken).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (!options.Overwrite && File.Exists(target)) throw new MLOpsConflictException($"'{target}' appeared while the version was being restored; it was left alone.", [file.Path]);
            File.Move(temporary, target, options.Overwrite);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private async ValueTask CopyVerifiedAsync(DatasetFile file, string temporary, CancellationToken cancellationToken)
    {
        var key = ContentStore.Key(file.Digest);
        var what = $"the file '{file.Path}' of dataset version {version.ShortId()}";
        Stream source;
        try
        {
            source = await blobs.OpenAsync(key, null, cancellationToken).ConfigureAwait(false);
        }
        catch (MLOpsNotFoundException error)
        {
            throw NamedContent.Missing(file.Digest, what, error);
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using (source.ConfigureAwait(false))
        {
            var target = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.Asynchronous);
            await using (target.ConfigureAwait(false))
            {
                var buffer = new byte[1 << 16];
                int read;
                while ((read = await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
                {
                    hash.AppendData(buffer, 0, read);
                    await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                }
            }
        }

        var actual = Digest.FromHash(hash.GetHashAndReset());
        if (actual != file.Digest)
            throw new MLOpsIntegrityException(
                $"The blob '{key}' with the content of {what} is damaged: its bytes have the hash {actual}, {file.Digest} was expected. The file was not restored. Restore this blob from a backup or another copy of the store.", key, file.Digest.Hex, actual.Hex);
    }

    private void Finished(DatasetFile file)
    {
        _bytes += file.Length;
        options.Progress?.Report(new DatasetProgress(file.Path, ++_files, version.FileCount, _bytes));
    }
}
