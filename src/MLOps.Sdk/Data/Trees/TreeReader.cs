using System.Runtime.CompilerServices;
using MLOps.Storage.Chunks;

namespace MLOps.Data.Trees;

/// <summary>Reads trees. For one reader at a time.</summary>
sealed class TreeReader(ChunkStore store) : IAsyncDisposable
{
    private const int Known = 64;

    private readonly ChunkReader _chunks = new(store);
    private readonly Dictionary<ChunkId, TreeNode> _known = [];

    /// <summary>How many nodes were read: what a diff costs.</summary>
    public long NodesRead { get; private set; }

    public async ValueTask<TreeNode> NodeAsync(ChunkId id, int? level, CancellationToken cancellationToken)
    {
        // Looking up one path after another comes to the same nodes again and again.
        if (_known.TryGetValue(id, out var known) && (level is null || known.Level == level)) return known;
        NodesRead++;
        var node = TreeNode.Read(id, (await _chunks.ReadAsync(id, cancellationToken).ConfigureAwait(false)).Span, level);
        if (_known.Count >= Known) _known.Clear();
        return _known[id] = node;
    }

    /// <summary>The files of a tree, in order.</summary>
    /// <param name="root">The tree; null for the empty one.</param>
    /// <param name="nodes">Told of each node.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async IAsyncEnumerable<TreeEntry> FilesAsync(ChunkId? root, Action<ChunkId>? nodes = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (root is null) yield break;
        var open = new Stack<(ChunkId Id, int? Level)>([(root.Value, null)]);
        while (open.TryPop(out var next))
        {
            nodes?.Invoke(next.Id);
            var node = await NodeAsync(next.Id, next.Level, cancellationToken).ConfigureAwait(false);
            foreach (var entry in node.Entries) yield return entry;
            foreach (var child in node.Children.Reverse()) open.Push((child.Id, node.Level - 1));
        }
    }

    /// <summary>One file of a tree, or null; reads one node of each level.</summary>
    public async ValueTask<TreeEntry?> FindAsync(ChunkId root, string path, CancellationToken cancellationToken)
    {
        var (id, level) = (root, (int?)null);
        while (true)
        {
            var node = await NodeAsync(id, level, cancellationToken).ConfigureAwait(false);
            if (node.Level == 0)
            {
                foreach (var entry in node.Entries)
                    if (entry.Path == path) return entry;
                return null;
            }

            var child = node.Children.FirstOrDefault(c => string.CompareOrdinal(c.Last, path) >= 0);
            if (child.Last is null) return null;
            (id, level) = (child.Id, node.Level - 1);
        }
    }

    /// <summary>The files from a path on, in order.</summary>
    public async IAsyncEnumerable<TreeEntry> FromAsync(ChunkId root, string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var open = new Stack<(ChunkId Id, int? Level)>([(root, null)]);
        while (open.TryPop(out var next))
        {
            var node = await NodeAsync(next.Id, next.Level, cancellationToken).ConfigureAwait(false);
            foreach (var entry in node.Entries)
                if (string.CompareOrdinal(entry.Path, path) >= 0) yield return entry;
            foreach (var child in node.Children.Reverse())
                if (string.CompareOrdinal(child.Last, path) >= 0) open.Push((child.Id, node.Level - 1));
        }
    }

    public ValueTask DisposeAsync() => _chunks.DisposeAsync();
}
