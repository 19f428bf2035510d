namespace MLOps.Storage.Folder;

/// <summary>Walks the files of a store in ordinal order of their keys.</summary>
internal static class BlobFiles
{
    /// <summary>The relative path of a key, or of a folder when it ends in a slash.</summary>
    public static string PathOf(string key) => (key.EndsWith('/') ? key[..^1] + "+" : key).Replace("/", "+/", StringComparison.Ordinal);

    /// <summary>The blobs whose key begins with a prefix. Reads one folder at a time, and only those that can hold such keys.</summary>
    public static IEnumerable<BlobInfo> Walk(string root, string prefix)
    {
        var slash = prefix.LastIndexOf('/');
        var folder = slash < 0 ? string.Empty : prefix[..(slash + 1)];
        // A prefix that cannot begin a key has no blobs, and must not lead out of the folder.
        if (folder.Length > 0 && !IsFolder(folder)) return [];
        for (var end = folder.IndexOf('/', StringComparison.Ordinal); end >= 0; end = folder.IndexOf('/', end + 1))
            if (new DirectoryInfo(Path.Combine(root, PathOf(folder[..(end + 1)]))) is not { Exists: true, LinkTarget: null }) return [];
        return Walk(root, folder, prefix);
    }

    private static IEnumerable<BlobInfo> Walk(string root, string folder, string prefix)
    {
        foreach (var (name, file) in Entries(Path.Combine(root, PathOf(folder))))
        {
            var key = folder + name;
            if (file is not null)
            {
                if (key.StartsWith(prefix, StringComparison.Ordinal)) yield return new(key, file.Value);
            }
            else if (key.StartsWith(prefix, StringComparison.Ordinal) || prefix.StartsWith(key, StringComparison.Ordinal))
            {
                foreach (var blob in Walk(root, key, prefix)) yield return blob;
            }
        }
    }

    /// <summary>
    /// A folder's files with their lengths, and its folders with a slash behind their names. The slash takes part in the
    /// order: the files <c>a-b</c> and <c>a.b</c> come before what is in the folder <c>a/</c>, the file <c>a0</c> after it.
    /// </summary>
    private static List<(string Name, long? Length)> Entries(string path)
    {
        var entries = new List<(string Name, long? Length)>();
        try
        {
            foreach (var entry in new DirectoryInfo(path).EnumerateFileSystemInfos())
            {
                if (entry.Name[0] == '.' || entry.LinkTarget is not null) continue;
                if (entry is DirectoryInfo)
                {
                    if (entry.Name.EndsWith('+') && IsKey(entry.Name[..^1])) entries.Add((entry.Name[..^1] + "/", null));
                }
                else if (Length((FileInfo)entry) is { } length && IsKey(entry.Name)) entries.Add((entry.Name, length));
            }
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw FolderErrors.Of(error, $"The folder '{path}' could not be listed");
        }

        entries.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        return entries;
    }

    /// <summary>Null when the file was deleted meanwhile.</summary>
    private static long? Length(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private static bool IsFolder(string folder) => folder[..^1].Split('/').All(IsKey);

    /// <summary>Files that somebody else put into the folder under names that are no keys are not blobs.</summary>
    private static bool IsKey(string name) => BlobKey.IsValid(name);
}
