using MLOps.Data.Trees;
using MLOps.Storage.Chunks;

namespace MLOps.Data;

/// <summary>Some file names for the message of a NotFound.</summary>
static class FileNames
{
    private const int Shown = 10;

    public static async ValueTask<string> SomeAsync(TreeReader reader, ChunkId? root, CancellationToken cancellationToken)
    {
        var paths = new List<string>();
        var more = false;
        await foreach (var file in reader.FilesAsync(root, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            more = paths.Count == Shown;
            if (more) break;
            paths.Add($"'{Name.Shown(file.Path)}'");
        }

        return paths.Count == 0 ? "It has no files." : $"It has {string.Join(", ", paths)}{(more ? " and more" : "")}.";
    }
}
