
namespace MLOps.Data.Restore;

/// <summary>Where the files of a version go under a folder. No path leads out of it, by whatever name or link.</summary>
/// <param name="root">The folder.</param>
/// <param name="rules">What its file system allows.</param>
sealed class RestorePlace(string root, PathRules rules)
{
    private readonly HashSet<string> _safe = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _folded = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The local path of a file, after making sure that no folder on the way there is a link or a file.</summary>
    /// <exception cref="MLOpsInvalidException">The name is not allowed here, means the same as another's, or leads through a link.</exception>
    /// <exception cref="MLOpsConflictException">A file stands where a folder must be.</exception>
    public string Of(string path)
    {
        if (rules.Problem(path) is { } problem) throw new MLOpsInvalidException($"The file '{Name.Shown(path)}' cannot be restored here: {problem}. Restore it on another file system, or read it with OpenAsync.");
        if (rules.IgnoreCase) RequireDistinct(path);
        var slash = path.LastIndexOf('/');
        if (slash > 0) RequireFolder(path[..slash], path);
        return Path.Combine(root, path);
    }

    private void RequireFolder(string folder, string path)
    {
        lock (_safe)
            if (_safe.Contains(folder)) return;
        var slash = folder.LastIndexOf('/');
        if (slash > 0) RequireFolder(folder[..slash], path);
        var local = Path.Combine(root, folder);
        if (new DirectoryInfo(local).LinkTarget is not null)
            throw new MLOpsInvalidException($"'{local}' is a symbolic link, and restoring '{Name.Shown(path)}' through it could leave the folder '{root}'. Remove the link or choose another folder.");
        if (File.Exists(local))
            throw new MLOpsConflictException($"'{local}' is a file and the version has a folder there. Remove it or choose another folder.", [path]);
        lock (_safe) _safe.Add(folder);
    }

    private void RequireDistinct(string path)
    {
        for (var part = path; part.Length > 0; part = part.LastIndexOf('/') is >= 0 and var slash ? part[..slash] : string.Empty)
        {
            if (_folded.TryAdd(part, part) || _folded[part] == part) continue;
            throw new MLOpsInvalidException($"'{Name.Shown(part)}' and '{Name.Shown(_folded[part])}' differ in case only, and this file system takes them for the same. Restore on another one, or rename one of them in a new version.");
        }
    }
}
