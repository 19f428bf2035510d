using System.IO.Enumeration;

namespace MLOps.Storage;

/// <summary>The files under a local folder that is to be stored. Links are an error: following one could read anything on the machine.</summary>
internal static class LocalFiles
{
    private static readonly EnumerationOptions s_everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false, RecurseSubdirectories = false, ReturnSpecialDirectories = false };

    /// <summary>The files in ordinal order of paths.</summary>
    /// <exception cref="MLOpsInvalidException">The folder is missing or unreadable, holds a link, or a file whose name breaks the rule of paths.</exception>
    public static List<LocalFile> Of(string folder, CancellationToken cancellationToken)
    {
        var files = new List<LocalFile>();
        try
        {
            if (string.IsNullOrEmpty(folder) || !Directory.Exists(folder)) throw new MLOpsInvalidException($"The folder '{Name.Shown(folder)}' does not exist, so it cannot be stored.");
            var root = Path.GetFullPath(folder);
            Add(root, root, string.Empty, files, cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MLOpsInvalidException($"The folder '{folder}' cannot be read: {error.Message}", error);
        }

        files.Sort((a, b) => string.CompareOrdinal(a.Path, b.Path));
        return files;
    }

    /// <exception cref="MLOpsInvalidException">It is a link.</exception>
    public static void RefuseLink(FileSystemInfo entry)
    {
        if (entry.LinkTarget is not null || (entry.Exists && entry.Attributes.HasFlag(FileAttributes.ReparsePoint)))
            throw new MLOpsInvalidException($"'{entry.FullName}' is a symbolic link. Links are never followed: put a copy in its place, or store the folder it leads to.");
    }

    private static void Add(string root, string folder, string prefix, List<LocalFile> files, CancellationToken cancellationToken)
    {
        // Only names are asked of the listing: a file's facts come from one call of its own.
        foreach (var (name, isFolder) in new FileSystemEnumerable<(string, bool)>(folder, (ref FileSystemEntry entry) => (entry.FileName.ToString(), entry.IsDirectory), s_everything))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var path = Name.RequirePath(prefix + name, "file path");
            var full = Path.Join(folder, name);
            if (isFolder)
            {
                RefuseLink(new DirectoryInfo(full));
                Add(root, full, path + "/", files, cancellationToken);
            }
            else if (FileStamp.Of(full) is { } stamp) files.Add(new LocalFile(path, root, stamp));
        }
    }
}
