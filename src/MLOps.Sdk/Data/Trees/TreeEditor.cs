using MLOps.Storage.Chunks;

namespace MLOps.Data.Trees;

/// <summary>Lays edits on a tree: nodes that no edit touches are taken whole, so it costs what changes, not what exists.</summary>
/// <param name="reader">Reads the old tree.</param>
/// <param name="writer">Stores the new nodes.</param>
/// <param name="edits">In ordinal order of paths: the new content, or null where the file goes. A file that goes need not be there.</param>
sealed class TreeEditor(TreeReader reader, ChunkWriter writer, IReadOnlyList<KeyValuePair<string, ChunkContent?>> edits)
{
    private readonly TreeBuilder _builder = new(writer);
    private int _next;

    public async ValueTask<TreeLink> RunAsync(ChunkId? root, CancellationToken cancellationToken)
    {
        if (root is { } top)
        {
            var node = await reader.NodeAsync(top, null, cancellationToken).ConfigureAwait(false);
            await NodeAsync(node, last: true, cancellationToken).ConfigureAwait(false);
        }

        for (; _next < edits.Count; _next++) await PutAsync(edits[_next], cancellationToken).ConfigureAwait(false);
        return await _builder.EndAsync(cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask NodeAsync(TreeNode node, bool last, CancellationToken cancellationToken)
    {
        foreach (var entry in node.Entries)
        {
            for (; _next < edits.Count && string.CompareOrdinal(edits[_next].Key, entry.Path) < 0; _next++) await PutAsync(edits[_next], cancellationToken).ConfigureAwait(false);
            if (_next < edits.Count && edits[_next].Key == entry.Path) await PutAsync(edits[_next++], cancellationToken).ConfigureAwait(false);
            else await _builder.AddAsync(entry, cancellationToken).ConfigureAwait(false);
        }

        for (var i = 0; i < node.Children.Count; i++)
        {
            var child = node.Children[i];
            var rightmost = last && i == node.Children.Count - 1;
            var untouched = _next == edits.Count || (!rightmost && string.CompareOrdinal(edits[_next].Key, child.Last) > 0);
            if (untouched && _builder.CanTake(node.Level - 1) && (rightmost || TreeNode.Ends(node.Level - 1, child.Last)))
                await _builder.TakeAsync(node.Level - 1, child, cancellationToken).ConfigureAwait(false);
            else
                await NodeAsync(await reader.NodeAsync(child.Id, node.Level - 1, cancellationToken).ConfigureAwait(false), rightmost, cancellationToken).ConfigureAwait(false);
        }
    }

    private ValueTask PutAsync(KeyValuePair<string, ChunkContent?> edit, CancellationToken cancellationToken) =>
        edit.Value is { } content ? _builder.AddAsync(new TreeEntry(edit.Key, content), cancellationToken) : ValueTask.CompletedTask;
}
