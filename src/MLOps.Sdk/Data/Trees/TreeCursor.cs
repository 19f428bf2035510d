using MLOps.Storage.Chunks;

namespace MLOps.Data.Trees;

/// <summary>A place in a tree that is walked in order: at a file, or at a node that may be entered or passed over whole.</summary>
sealed class TreeCursor(TreeReader reader)
{
    private readonly Stack<(TreeNode Node, int At)> _path = new();

    public bool AtEnd => _path.Count == 0;

    /// <summary>The node at this place; null at a file.</summary>
    public ChunkId? Node => _path.Peek() is var (node, at) && node.Level > 0 ? node.Children[at].Id : null;

    /// <summary>The level of the node at this place.</summary>
    public int Level => _path.Peek().Node.Level - 1;

    public TreeEntry File => _path.Peek() is var (node, at) ? node.Entries[at] : default;

    public async ValueTask BeginAsync(ChunkId? root, CancellationToken cancellationToken)
    {
        if (root is { } top) Enter(await reader.NodeAsync(top, null, cancellationToken).ConfigureAwait(false));
    }

    public async ValueTask EnterAsync(CancellationToken cancellationToken)
    {
        var (id, level) = (Node!.Value, Level);
        var (parent, at) = _path.Pop();
        if (at + 1 < parent.Count) _path.Push((parent, at + 1));
        Enter(await reader.NodeAsync(id, level, cancellationToken).ConfigureAwait(false));
    }

    public void Pass()
    {
        var (node, at) = _path.Pop();
        if (at + 1 < node.Count) _path.Push((node, at + 1));
    }

    private void Enter(TreeNode node)
    {
        if (node.Count > 0) _path.Push((node, 0));
    }
}
