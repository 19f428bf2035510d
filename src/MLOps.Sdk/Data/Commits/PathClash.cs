using MLOps.Data.Trees;
using MLOps.Storage.Chunks;

namespace MLOps.Data.Commits;

/// <summary>No path may be a file and a folder at once: no file system can restore that.</summary>
static class PathClash
{
    /// <summary>Checks every file that edits put.</summary>
    /// <param name="trees">Reads the tree.</param>
    /// <param name="root">What the edits are laid on; null for nothing.</param>
    /// <param name="edits">The edits.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MLOpsInvalidException">There is such a path.</exception>
    public static async ValueTask RequireNoneAsync(TreeReader trees, ChunkId? root, Dictionary<string, ChunkContent?> edits, CancellationToken cancellationToken)
    {
        var folders = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (path, content) in edits)
        {
            if (content is null) continue;
            for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
                if (!folders.Add(path[..slash])) break;
        }

        foreach (var folder in folders)
        {
            var isFile = edits.TryGetValue(folder, out var edit) ? edit is not null : root is not null && await trees.FindAsync(root.Value, folder, cancellationToken).ConfigureAwait(false) is not null;
            if (isFile) throw Clash(folder, edits.First(e => e.Value is not null && e.Key.StartsWith(folder + "/", StringComparison.Ordinal)).Key);
        }

        if (root is null) return;
        foreach (var (path, content) in edits)
        {
            if (content is null) continue;
            await foreach (var below in trees.FromAsync(root.Value, path + "/", cancellationToken).ConfigureAwait(false))
            {
                if (!below.Path.StartsWith(path + "/", StringComparison.Ordinal)) break;
                if (!edits.TryGetValue(below.Path, out var edit) || edit is not null) throw Clash(path, below.Path);
            }
        }
    }

    private static MLOpsInvalidException Clash(string file, string below) =>
        new($"'{file}' is a file and the folder of '{below}' at once, which no file system can restore. Remove one of them.");
}
