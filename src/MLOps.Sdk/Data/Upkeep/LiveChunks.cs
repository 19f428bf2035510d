using MLOps.Data.Trees;
using MLOps.Records;
using MLOps.Storage.Chunks;

namespace MLOps.Data.Upkeep;

/// <summary>
/// What is needed: every version that a branch, a tag or a pin names, with all the versions it was made from, their trees, and the
/// chunks of their files.
/// </summary>
sealed class LiveChunks
{
    public HashSet<ChunkId> Chunks { get; } = [];

    /// <summary>The versions that are reached.</summary>
    public HashSet<string> Versions { get; } = new(StringComparer.Ordinal);

    /// <summary>The trees that are needed.</summary>
    public HashSet<ChunkId> Trees { get; } = [];

    /// <summary>Marks versions, trees and chunks.</summary>
    /// <param name="records">What is named.</param>
    /// <param name="writer">For pins.</param>
    /// <param name="chunks">The trees.</param>
    /// <param name="andOpen">Also every version whose door is open: it may get a name or a pin at any moment, so what it needs must not go.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async ValueTask<LiveChunks> MarkAsync(DatasetRecords records, RecordWriter writer, ChunkStore chunks, bool andOpen, CancellationToken cancellationToken)
    {
        var live = new LiveChunks();
        if (andOpen)
            await foreach (var version in records.Versions.QueryAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
                if (!version.Value.IsCollected) await live.MarkVersionsAsync(records, version.Value.Id, "the list of versions", cancellationToken).ConfigureAwait(false);
        await live.MarkNamesAsync(records, writer, cancellationToken).ConfigureAwait(false);
        var (reader, lists) = (new TreeReader(chunks), new ChunkReader(chunks));
        await using (reader.ConfigureAwait(false))
        await using (lists.ConfigureAwait(false))
            foreach (var tree in live.Trees) await live.MarkTreeAsync(reader, lists, tree, cancellationToken).ConfigureAwait(false);
        return live;
    }

    /// <summary>Which versions and trees are needed, without reading what they hold.</summary>
    public async ValueTask MarkNamesAsync(DatasetRecords records, RecordWriter writer, CancellationToken cancellationToken)
    {
        await foreach (var key in Pin.KeysAsync(writer.Store, Pin.Trees, cancellationToken).ConfigureAwait(false))
            if (DatasetPin.Tree(key) is { } tree) Trees.Add(tree);
        await foreach (var reference in records.Refs.QueryAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
            await MarkVersionsAsync(records, reference.Value.Version, $"the ref {reference.Value.Dataset}/{reference.Value.Ref}", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A version and all that it was made from.</summary>
    private async ValueTask MarkVersionsAsync(DatasetRecords records, string first, string namedBy, CancellationToken cancellationToken)
    {
        var open = new Stack<(string Id, string NamedBy)>([(first, namedBy)]);
        while (open.TryPop(out var next))
        {
            if (!Versions.Add(next.Id)) continue;
            var version = await records.NamedAsync(next.Id, next.NamedBy, cancellationToken).ConfigureAwait(false);
            Trees.Add(ChunkId.Of(version.Tree));
            foreach (var parent in version.Parents) open.Push((parent, $"the version {version.Id}"));
        }
    }

    private async ValueTask MarkTreeAsync(TreeReader reader, ChunkReader lists, ChunkId root, CancellationToken cancellationToken)
    {
        var open = new Stack<(ChunkId Id, int? Level)>([(root, null)]);
        while (open.TryPop(out var next))
        {
            // A node that was seen leads to nothing new.
            if (!Chunks.Add(next.Id)) continue;
            var node = await reader.NodeAsync(next.Id, next.Level, cancellationToken).ConfigureAwait(false);
            foreach (var child in node.Children) open.Push((child.Id, node.Level - 1));
            foreach (var entry in node.Entries)
            {
                if (!entry.Content.IsList) Chunks.Add(entry.Content.Id);
                else if (!Chunks.Contains(entry.Content.Id)) await MarkContentAsync(lists, entry.Content, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask MarkContentAsync(ChunkReader lists, ChunkContent content, CancellationToken cancellationToken)
    {
        await foreach (var part in new ContentParts(lists, content).AllAsync(id => Chunks.Add(id), cancellationToken).ConfigureAwait(false)) Chunks.Add(part.Id);
    }
}
