namespace MLOps.Storage.Chunks;

/// <summary>Gathers the chunks of one content, writing lists as they end.</summary>
sealed class ChunkListWriter(ChunkWriter writer)
{
    private readonly List<List<ChunkPart>> _levels = [[]];
    private long _length, _chunks;

    public ValueTask AddAsync(ChunkPart chunk, CancellationToken cancellationToken)
    {
        _length += chunk.Length;
        _chunks++;
        return AddAsync(0, chunk, cancellationToken);
    }

    public async ValueTask<ChunkContent> EndAsync(CancellationToken cancellationToken)
    {
        if (_chunks == 0) await AddAsync(new ChunkPart(await writer.PutAsync(ReadOnlyMemory<byte>.Empty, cancellationToken).ConfigureAwait(false), 0), cancellationToken).ConfigureAwait(false);
        // One chunk is the content itself: its id is then the SHA-256 of the content.
        if (_chunks == 1) return new ChunkContent(_single, false, _length);
        for (var level = 0; ; level++)
        {
            var parts = _levels[level];
            if (level == _levels.Count - 1 && level > 0 && parts.Count == 1) return new ChunkContent(parts[0].Id, true, _length);
            if (parts.Count > 0) await CloseAsync(level, cancellationToken).ConfigureAwait(false);
        }
    }

    private ChunkId _single;

    private async ValueTask AddAsync(int level, ChunkPart part, CancellationToken cancellationToken)
    {
        if (_chunks == 1 && level == 0)
        {
            _single = part.Id;
            _levels[0].Add(part);
            return;
        }

        if (_levels.Count == level) _levels.Add([]);
        _levels[level].Add(part);
        // A list of one part that ends at once would only be a longer name for it.
        if (part.Id.Last == 0 && _levels[level].Count > 1) await CloseAsync(level, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask CloseAsync(int level, CancellationToken cancellationToken)
    {
        var parts = _levels[level];
        var id = await writer.PutListAsync(ChunkList.Write(level, parts), cancellationToken).ConfigureAwait(false);
        var length = parts.Sum(p => p.Length);
        parts.Clear();
        await AddAsync(level + 1, new ChunkPart(id, length), cancellationToken).ConfigureAwait(false);
    }
}
