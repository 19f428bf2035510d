using System.Buffers;

namespace MLOps.Data.Restore;

/// <summary>What a file system allows in names.</summary>
/// <param name="IgnoreCase">Names that differ in case only are the same.</param>
/// <param name="Windows">Windows' rules: reserved names, characters, and no dot or space at the end.</param>
sealed record PathRules(bool IgnoreCase, bool Windows)
{
    private static readonly string[] s_reserved =
        ["CON", "PRN", "AUX", "NUL", .. Enumerable.Range(0, 10).Select(i => $"COM{i}"), .. Enumerable.Range(0, 10).Select(i => $"LPT{i}"), "COM¹", "COM²", "COM³", "LPT¹", "LPT²", "LPT³", "CONIN$", "CONOUT$"];

    private static readonly SearchValues<char> s_forbidden = SearchValues.Create("<>:\"|?*\\");

    /// <summary>The rules of a folder, which exists.</summary>
    public static PathRules Of(string folder)
    {
        var probe = Path.Combine(folder, $".mlops-{Guid.NewGuid():N}.tmp");
        File.WriteAllBytes(probe, []);
        try
        {
            return new(File.Exists(Path.Combine(folder, Path.GetFileName(probe).ToUpperInvariant())), OperatingSystem.IsWindows());
        }
        finally
        {
            File.Delete(probe);
        }
    }

    /// <summary>Why a path cannot stand here, or null.</summary>
    public string? Problem(string path)
    {
        // Whatever the tree's reader let through: nothing here may lead out of the folder.
        if (path.Length == 0 || Path.IsPathRooted(path)) return "it is absolute";
        foreach (var segment in path.Split('/'))
        {
            if (segment is "" or "." or "..") return $"the segment '{segment}' would leave the folder";
            if (segment.Contains('\0', StringComparison.Ordinal)) return "it holds U+0000";
            if (!Windows) continue;
            if (segment.AsSpan().IndexOfAny(s_forbidden) is >= 0 and var at) return $"Windows does not allow '{segment[at]}' in a name";
            if (segment[^1] is '.' or ' ') return "Windows does not allow a dot or a space at the end of a name";
            if (s_reserved.Contains(segment.Split('.')[0].TrimEnd(), StringComparer.OrdinalIgnoreCase)) return $"'{segment}' is a reserved name on Windows";
        }

        return null;
    }
}
