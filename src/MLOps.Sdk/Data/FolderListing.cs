namespace MLOps.Data;

/// <summary>The files under a local folder, as dataset paths. Links are an error: following one could read anything on the machine.</summary>
static class FolderListing
{
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false, RecurseSubdirectories = false, ReturnSpecialDirectories = false };

    /// <summary>Path in the dataset and local file, in ordinal order of paths.</summary>
    /// <exception cref="MLOpsInvalidException">The folder is missing or unreadable, holds a link, or a file whose name breaks the rule of paths.</exception>
    public static List<(string Path, FileInfo File)> Of(string folder, CancellationToken cancellationToken)
    {
        var files = new List<(string Path, FileInfo File)>();
        try
        {
            var root = new DirectoryInfo(folder);
            if (!root.Exists) throw new MLOpsInvalidException($"The folder '{folder}' does not exist, so it cannot be committed.");
            Add(root, string.Empty, files, cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MLOpsInvalidException($"The folder '{folder}' cannot be read: {error.Message}", error);
        }

        files.Sort((a, b) => string.CompareOrdinal(a.Path, b.Path));
        return files;
    }

    private static void Add(DirectoryInfo folder, string prefix, List<(string Path, FileInfo File)> files, CancellationToken cancellationToken)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos("*", Everything))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (entry.LinkTarget is not null || entry.Attributes.HasFlag(FileAttributes.ReparsePoint))
                throw new MLOpsInvalidException($"'{entry.FullName}' is a symbolic link. Links are never followed: put a copy in its place, or commit the folder it leads to.");
            var path = Name.RequirePath(prefix + entry.Name, "file path");
            if (entry is DirectoryInfo below) Add(below, path + "/", files, cancellationToken);
            else files.Add((path, (FileInfo)entry));
        }
    }
}
