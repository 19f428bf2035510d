using MLOps.Storage.Chunks;

namespace MLOps.Data.Upkeep;

/// <summary>How much of each pack is needed.</summary>
sealed class PackCensus
{
    /// <summary>So many packs below this size, as many small commits leave them, are worth writing anew as one.</summary>
    private const int Many = 100, Small = 1 << 20;

    private readonly Dictionary<ChunkId, long> _needed = [];

    public PackCensus(ChunkIndex index, LiveChunks live, double rewriteBelow)
    {
        Packs = index.Packs();
        foreach (var id in live.Chunks)
        {
            if (!index.TryFind(id, out var place)) continue;
            var name = index.Pack(place.Pack).Name;
            _needed[name] = _needed.GetValueOrDefault(name) + place.Stored;
        }

        Unneeded = [.. Packs.Where(p => Needed(p) == 0)];
        var small = Packs.Where(p => Needed(p) > 0 && p.Stored < Small).Select(p => p.Name).ToHashSet();
        Sparse = [.. Packs.Where(p => Needed(p) > 0 && (Needed(p) < rewriteBelow * p.Stored || (rewriteBelow > 0 && small.Count >= Many && small.Contains(p.Name))))];
    }

    public IReadOnlyList<KnownPack> Packs { get; }

    public IReadOnlyList<KnownPack> Unneeded { get; }

    public IReadOnlyList<KnownPack> Sparse { get; }

    public long Needed(KnownPack pack) => _needed.GetValueOrDefault(pack.Name);
}
