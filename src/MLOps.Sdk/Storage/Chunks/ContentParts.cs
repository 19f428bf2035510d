using System.Runtime.CompilerServices;

namespace MLOps.Storage.Chunks;

/// <summary>The chunks of a content, found by descending its lists.</summary>
sealed class ContentParts(ChunkReader reader, ChunkContent content)
{
    private readonly Dictionary<ChunkId, (int Level, ChunkPart[] Parts)> _path = [];

    /// <summary>The chunk that holds a byte of the content, and where it begins there; an integrity error when the lists do not reach so far.</summary>
    public async ValueTask<(ChunkPart Chunk, long Start)> FindAsync(long position, CancellationToken cancellationToken)
    {
        if (!content.IsList) return (new ChunkPart(content.Id, content.Length), 0);
        var (id, level, start) = (content.Id, -1, 0L);
        while (true)
        {
            var (nodeLevel, parts) = await ListAsync(id, level, cancellationToken).ConfigureAwait(false);
            var found = parts.Length;
            for (var i = 0; i < parts.Length; i++)
            {
                if (position < start + parts[i].Length)
                {
                    found = i;
                    break;
                }

                start += parts[i].Length;
            }

            if (found == parts.Length) throw ChunkList.Broken(id);
            if (nodeLevel == 0) return (parts[found], start);
            (id, level) = (parts[found].Id, nodeLevel - 1);
        }
    }

    /// <summary>All chunks, in order.</summary>
    /// <param name="lists">Told of each list.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async IAsyncEnumerable<ChunkPart> AllAsync(Action<ChunkId>? lists = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (!content.IsList)
        {
            yield return new ChunkPart(content.Id, content.Length);
            yield break;
        }

        var open = new Stack<(ChunkId Id, int Level)>([(content.Id, -1)]);
        while (open.TryPop(out var node))
        {
            lists?.Invoke(node.Id);
            var (level, parts) = Checked(node.Id, node.Level, ChunkList.Read(node.Id, (await reader.ReadAsync(node.Id, cancellationToken).ConfigureAwait(false)).Span));
            if (level == 0)
                foreach (var part in parts) yield return part;
            else
                foreach (var part in parts.Reverse()) open.Push((part.Id, level - 1));
        }
    }

    private async ValueTask<(int Level, ChunkPart[] Parts)> ListAsync(ChunkId id, int level, CancellationToken cancellationToken)
    {
        if (_path.TryGetValue(id, out var known)) return known;
        var list = Checked(id, level, ChunkList.Read(id, (await reader.ReadAsync(id, cancellationToken).ConfigureAwait(false)).Span));
        if (_path.Count >= ChunkList.MaxLevel) _path.Clear();
        _path[id] = list;
        return list;
    }

    /// <summary>A list that says another level than the one above it could lead in a circle.</summary>
    private static (int Level, ChunkPart[] Parts) Checked(ChunkId id, int expected, (int Level, ChunkPart[] Parts) list) =>
        expected < 0 || list.Level == expected ? list : throw ChunkList.Broken(id);
}
