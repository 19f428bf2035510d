using MLOps.Storage.Chunks;

namespace MLOps.Data.Trees;

/// <summary>
/// Builds a tree from files in order. The tree is a function of the files alone: however it was built, by whole subtrees or file
/// by file, equal files give an equal root.
/// </summary>
sealed class TreeBuilder(ChunkWriter writer)
{
    private readonly List<TreeEntry> _entries = [];
    private readonly List<List<TreeLink>> _levels = [[]];

    public async ValueTask AddAsync(TreeEntry entry, CancellationToken cancellationToken)
    {
        _entries.Add(entry);
        if (TreeNode.Ends(0, entry.Path)) await CloseEntriesAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether nothing is open below a node of this level, so that it can be taken as it is.</summary>
    public bool CanTake(int level) => _entries.Count == 0 && _levels.Take(level).All(l => l.Count == 0);

    /// <summary>Takes a whole node of another tree. It must end by its last path, or be that tree's last and ours.</summary>
    public async ValueTask TakeAsync(int level, TreeLink node, CancellationToken cancellationToken)
    {
        while (_levels.Count <= level) _levels.Add([]);
        _levels[level].Add(node);
        if (TreeNode.Ends(level + 1, node.Last)) await CloseAsync(level, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends the tree and gives its root.</summary>
    public async ValueTask<TreeLink> EndAsync(CancellationToken cancellationToken)
    {
        if (_entries.Count > 0 || _levels.All(l => l.Count == 0)) await CloseEntriesAsync(cancellationToken).ConfigureAwait(false);
        for (var level = 0; ; level++)
        {
            var links = _levels[level];
            if (level == _levels.Count - 1 && links.Count == 1) return links[0];
            if (links.Count > 0) await CloseAsync(level, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask CloseEntriesAsync(CancellationToken cancellationToken)
    {
        var id = await writer.PutListAsync(TreeNode.Write(_entries), cancellationToken).ConfigureAwait(false);
        var link = new TreeLink(id, _entries.Count, _entries.Sum(e => e.Content.Length), _entries.Count == 0 ? string.Empty : _entries[^1].Path);
        _entries.Clear();
        await TakeAsync(0, link, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes a node of the links to nodes of a level.</summary>
    private async ValueTask CloseAsync(int level, CancellationToken cancellationToken)
    {
        var links = _levels[level];
        var id = await writer.PutListAsync(TreeNode.Write(level + 1, links), cancellationToken).ConfigureAwait(false);
        var link = new TreeLink(id, links.Sum(l => l.Files), links.Sum(l => l.Bytes), links[^1].Last);
        links.Clear();
        await TakeAsync(level + 1, link, cancellationToken).ConfigureAwait(false);
    }
}
