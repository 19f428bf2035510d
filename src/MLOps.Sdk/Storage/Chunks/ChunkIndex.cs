using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace MLOps.Storage.Chunks;

/// <summary>
/// Which chunks there are and where, in memory: a cache of what the packs' footers say, made again at any time. Thread-safe.
/// A chunk may lie in several packs; one that is not condemned goes before one that is.
/// </summary>
sealed class ChunkIndex
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ChunkId, ChunkPlace> _places = [];
    private readonly Dictionary<ChunkId, int> _numbers = [];
    private readonly List<KnownPack> _packs = [];

    public int Count
    {
        get
        {
            lock (_lock) return _places.Count;
        }
    }

    public bool TryFind(ChunkId id, out ChunkPlace place)
    {
        lock (_lock) return _places.TryGetValue(id, out place);
    }

    /// <summary>True when the chunk is there and may be relied upon: not only in a pack that is about to be deleted.</summary>
    public bool Holds(ChunkId id)
    {
        lock (_lock) return _places.TryGetValue(id, out var place) && !_packs[place.Pack].Condemned;
    }

    public KnownPack Pack(int number)
    {
        lock (_lock) return _packs[number];
    }

    public bool Knows(ChunkId pack)
    {
        lock (_lock) return _numbers.ContainsKey(pack);
    }

    public bool TryPack(ChunkId name, [NotNullWhen(true)] out KnownPack? pack)
    {
        lock (_lock) pack = _numbers.TryGetValue(name, out var number) ? _packs[number] : null;
        return pack is not null;
    }

    public List<KnownPack> Packs()
    {
        lock (_lock) return [.. _packs.Where(p => !p.Gone)];
    }

    public void Add(ChunkId name, long length, IReadOnlyList<PackEntry> entries, bool condemned = false)
    {
        lock (_lock)
        {
            if (_numbers.ContainsKey(name)) return;
            var number = _packs.Count;
            _packs.Add(new KnownPack(name, length, entries) { Condemned = condemned });
            _numbers.Add(name, number);
            _places.EnsureCapacity(_places.Count + entries.Count);
            foreach (var entry in entries) Place(number, entry);
        }
    }

    /// <summary>Takes out packs that are deleted and marks those that are about to be.</summary>
    public void Update(IReadOnlySet<ChunkId> present, IReadOnlySet<ChunkId> condemned)
    {
        lock (_lock)
        {
            var changed = false;
            for (var number = 0; number < _packs.Count; number++)
            {
                var pack = _packs[number];
                if (pack.Gone) continue;
                var gone = !present.Contains(pack.Name);
                var marked = condemned.Contains(pack.Name);
                if (gone == pack.Gone && marked == pack.Condemned) continue;
                changed = true;
                pack.Condemned = marked;
                pack.Gone = gone;
                if (gone) _numbers.Remove(pack.Name);
            }

            if (!changed) return;
            _places.Clear();
            for (var number = 0; number < _packs.Count; number++)
            {
                if (_packs[number].Gone) _packs[number] = new KnownPack(_packs[number].Name, 0, []) { Gone = true };
                foreach (var entry in _packs[number].Entries) Place(number, entry);
            }
        }
    }

    private void Place(int number, in PackEntry entry)
    {
        if (!entry.IsChunk) return;
        ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(_places, entry.Id, out var known);
        if (known && (!_packs[place.Pack].Condemned || _packs[number].Condemned)) return;
        place = new ChunkPlace(number, entry.Offset, entry.Stored, entry.Length, entry.Codec);
    }
}
