namespace MLOps.Models;

/// <summary>Reads a version's files. Every byte is verified before it is handed out. Thread-safe.</summary>
/// <param name="files">The files.</param>
/// <param name="open">Opens one, verified.</param>
public sealed class ModelFiles(IReadOnlyList<ModelFile> files, Func<ModelFile, CancellationToken, ValueTask<Stream>> open)
{
    /// <summary>All files, in ordinal order of paths.</summary>
    public IReadOnlyList<ModelFile> All { get; } = files;

    /// <summary>Opens a file.</summary>
    /// <exception cref="MLOpsNotFoundException">No such file; the message names those there are.</exception>
    /// <exception cref="MLOpsIntegrityException">The stored bytes are damaged.</exception>
    public ValueTask<Stream> OpenAsync(string path, CancellationToken cancellationToken = default)
    {
        var file = All.FirstOrDefault(f => f.Path == path)
            ?? throw new MLOpsNotFoundException($"The model has no file '{Name.Shown(path)}'; it has {string.Join(", ", All.Take(20).Select(f => f.Path))}.");
        return open(file, cancellationToken);
    }

    /// <summary>Writes all files into a folder, each whole and verified: a file appears under its name, or replaces another, when all of it is there. For loaders that need real files.</summary>
    /// <param name="folder">Created when missing.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask CopyToAsync(string folder, CancellationToken cancellationToken = default)
    {
        foreach (var file in All)
        {
            var target = Path.Combine(folder, Name.RequirePath(file.Path, "file path"));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            var temporary = Path.Combine(Path.GetDirectoryName(target)!, $".mlops-{Guid.NewGuid():N}.tmp");
            try
            {
                await CopyAsync(file, temporary, cancellationToken).ConfigureAwait(false);
                File.Move(temporary, target, overwrite: true);
            }
            finally
            {
                File.Delete(temporary);
            }
        }
    }

    private async ValueTask CopyAsync(ModelFile file, string target, CancellationToken cancellationToken)
    {
        var source = await open(file, cancellationToken).ConfigureAwait(false);
        await using (source.ConfigureAwait(false))
        {
            var copy = new FileStream(target, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.Asynchronous);
            await using (copy.ConfigureAwait(false))
                await source.CopyToAsync(copy, cancellationToken).ConfigureAwait(false);
        }
    }
}
