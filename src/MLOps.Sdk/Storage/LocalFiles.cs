namespace MLOps.Storage;

/// <summary>The files under a local folder that is to be stored. Links are an error: following one could read anything on the machine.</summary>
internal static class LocalFiles
{
    private static readonly EnumerationOptions s_everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false, RecurseSubdirectories = false, ReturnSpecialDirectories = false };

    /// <summary>Path below the folder, joined by <c>/</c>, and local file, in ordinal order of paths.</summary>
    /// <exception cref="MLOpsInvalidException">The folder is missing or unreadable, holds a link, or a file whose name breaks the rule of paths.</exception>
    public static List<(string Path, FileInfo File)> Of(string folder, CancellationToken cancellationToken)
    {
        var files = new List<(string Path, FileInfo File)>();
        try
        {
            if (string.IsNullOrEmpty(folder) || !Directory.Exists(folder)) throw new MLOpsInvalidException($"The folder '{Name.Shown(folder)}' does not exist, so it cannot be stored.");
            Add(new DirectoryInfo(folder), string.Empty, files, cancellationToken);
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

    private static void Add(DirectoryInfo folder, string prefix, List<(string Path, FileInfo File)> files, CancellationToken cancellationToken)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos("*", s_everything))
        {
            cancellationToken.ThrowIfCancellationRequested();
            RefuseLink(entry);
            var path = Name.RequirePath(prefix + entry.Name, "file path");
            if (entry is DirectoryInfo below) Add(below, path + "/", files, cancellationToken);
            else files.Add((path, (FileInfo)entry));
        }
    }
}
