using MLOps.Data.Trees;
using MLOps.Storage.Chunks;

namespace MLOps.Data.Transfer;

/// <summary>Copies what a version consists of from one chunk store to another, without what is there.</summary>
sealed class VersionCopy(ChunkStore from, ChunkWriter to) : IAsyncDisposable
{
    private readonly TreeReader _trees = new(from);
    private readonly ChunkReader _nodes = new(from), _lists = new(from), _chunks = new(from);

    /// <summary>What is known to be over there with all it leads to.</summary>
    private readonly HashSet<ChunkId> _complete = [];

    /// <summary>Says that a tree is over there, because a version over there has it.</summary>
    public async ValueTask KnowAsync(ChunkId tree, CancellationToken cancellationToken)
    {
        await foreach (var entry in _trees.FilesAsync(tree, node => _complete.Add(node), cancellationToken).ConfigureAwait(false)) _complete.Add(entry.Content.Id);
    }

    public ValueTask CopyAsync(ChunkId tree, CancellationToken cancellationToken) => NodeAsync(tree, null, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _trees.DisposeAsync().ConfigureAwait(false);
        await _nodes.DisposeAsync().ConfigureAwait(false);
        await _lists.DisposeAsync().ConfigureAwait(false);
        await _chunks.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask NodeAsync(ChunkId id, int? level, CancellationToken cancellationToken)
    {
        if (_complete.Contains(id)) return;
        var node = await _trees.NodeAsync(id, level, cancellationToken).ConfigureAwait(false);
        foreach (var entry in node.Entries)
        {
            if (!_complete.Add(entry.Content.Id)) continue;
            var lists = new List<ChunkId>();
            await foreach (var part in new ContentParts(_lists, entry.Content).AllAsync(lists.Add, cancellationToken).ConfigureAwait(false))
                await ChunkAsync(_chunks, part.Id, cancellationToken).ConfigureAwait(false);
            foreach (var list in lists) await ChunkAsync(_nodes, list, cancellationToken).ConfigureAwait(false);
        }

        foreach (var child in node.Children) await NodeAsync(child.Id, node.Level - 1, cancellationToken).ConfigureAwait(false);
        await ChunkAsync(_nodes, id, cancellationToken).ConfigureAwait(false);
        _complete.Add(id);
    }

    private async ValueTask ChunkAsync(ChunkReader reader, ChunkId id, CancellationToken cancellationToken)
    {
        if (!to.Lacks(id)) return;
        var (place, stored) = await reader.ReadStoredAsync(id, cancellationToken).ConfigureAwait(false);
        await to.PutStoredAsync(id, place, stored, cancellationToken).ConfigureAwait(false);
    }
}
