using MLOps.Data.Trees;
using MLOps.Storage.Chunks;

namespace MLOps.Data.Commits;

/// <summary>Three-way merge of files: what one side changed since both were one is laid on the other.</summary>
static class ThreeWay
{
    /// <summary>Which of our changes go on their tree, and which paths both sides changed differently.</summary>
    /// <param name="trees">Reads the trees.</param>
    /// <param name="start">Where both were one; null for nothing.</param>
    /// <param name="theirs">The tree to lay our changes on.</param>
    /// <param name="ours">What we changed since the start.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async ValueTask<(Dictionary<string, ChunkContent?> Edits, List<string> Conflicts)> MergeAsync(
        TreeReader trees, ChunkId? start, ChunkId? theirs, Dictionary<string, ChunkContent?> ours, CancellationToken cancellationToken)
    {
        var edits = new Dictionary<string, ChunkContent?>(ours, StringComparer.Ordinal);
        var conflicts = new List<string>();
        await foreach (var change in TreeDiff.BetweenAsync(trees, start, theirs, cancellationToken).ConfigureAwait(false))
        {
            if (!ours.TryGetValue(change.Path, out var wanted)) continue;
            if (wanted == change.To) edits.Remove(change.Path);
            else conflicts.Add(change.Path);
        }

        if (conflicts.Count == 0)
        {
            try
            {
                await PathClash.RequireNoneAsync(trees, theirs, edits, cancellationToken).ConfigureAwait(false);
            }
            catch (MLOpsInvalidException error)
            {
                throw new MLOpsConflictException($"The two sides do not go together: {error.Message}", innerException: error);
            }
        }

        return (edits, conflicts);
    }

    public static string Listed(List<string> paths) =>
        $"{paths.Count} of the same paths ({string.Join(", ", paths.Take(10).Select(p => $"'{Name.Shown(p)}'"))}{(paths.Count > 10 ? ", …" : "")})";
}
