using System.Runtime.CompilerServices;
using MLOps.Storage.Chunks;

namespace MLOps.Data.Trees;

/// <summary>What differs between two trees. Equal nodes are passed over, so it costs what changed.</summary>
static class TreeDiff
{
    /// <summary>The paths that differ, in order.</summary>
    public static async IAsyncEnumerable<TreeChange> BetweenAsync(TreeReader reader, ChunkId? from, ChunkId? to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (from == to) yield break;
        var a = new TreeCursor(reader);
        var b = new TreeCursor(reader);
        await a.BeginAsync(from, cancellationToken).ConfigureAwait(false);
        await b.BeginAsync(to, cancellationToken).ConfigureAwait(false);
        while (!a.AtEnd || !b.AtEnd)
        {
            var (nodeA, nodeB) = (a.AtEnd ? null : a.Node, b.AtEnd ? null : b.Node);
            if (nodeA is not null && nodeA == nodeB)
            {
                a.Pass();
                b.Pass();
            }
            else if (nodeA is not null || nodeB is not null)
            {
                // The higher one is entered first, so that equal nodes of one level come to stand side by side.
                var (enterA, enterB) = (nodeA is not null && (nodeB is null || a.Level >= b.Level), nodeB is not null && (nodeA is null || b.Level >= a.Level));
                if (enterA) await a.EnterAsync(cancellationToken).ConfigureAwait(false);
                if (enterB) await b.EnterAsync(cancellationToken).ConfigureAwait(false);
            }
            else
            {
                var order = a.AtEnd ? 1 : b.AtEnd ? -1 : string.CompareOrdinal(a.File.Path, b.File.Path);
                var change = new TreeChange(order <= 0 ? a.File.Path : b.File.Path, order <= 0 ? a.File.Content : null, order >= 0 ? b.File.Content : null);
                if (change.From != change.To) yield return change;
                if (order <= 0) a.Pass();
                if (order >= 0) b.Pass();
            }
        }
    }
}
