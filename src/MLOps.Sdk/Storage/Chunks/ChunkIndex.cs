using System.Diagnostics.CodeAnalysis;

namespace MLOps.Storage.Chunks;

/// <summary>
/// Which chunks there are and where, in memory: a cache of what the packs' footers say, made again at any time. Thread-safe.
/// A chunk may lie in several packs; one that is not condemned goes before one that is.
/// </summary>
/// <remarks>A table of numbers that lead into the packs' own entries: 48 bytes for an entry and 11 to 21 for its slots.</remarks>
sealed class ChunkIndex
{
    private const int FirstSlots = 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<ChunkId, int> _numbers = [];
    private readonly List<KnownPack> _packs = [];

    /// <summary>Open addressing: a pack's number and one above, and an entry's number in it; 0 for a free slot.</summary>
    private long[] _slots = new long[FirstSlots];

    private int _count;

    public int Count
    {
        get
        {
            lock (_lock) return _count;
        }
    }

    public bool TryFind(ChunkId id, out ChunkPlace place)
    {
        lock (_lock)
        {
            var slot = _slots[SlotOf(id)];
            place = default;
            if (slot == 0) return false;
            ref readonly var entry = ref EntryOf(slot);
            place = new ChunkPlace(PackOf(slot), entry.Offset, entry.Stored, entry.Length, entry.Codec);
            return true;
        }
    }

    /// <summary>True when the chunk is there and may be relied upon: not only in a pack that is about to be deleted.</summary>
    public bool Holds(ChunkId id)
    {
        lock (_lock) return _slots[SlotOf(id)] is not 0 and var slot && !_packs[PackOf(slot)].Condemned;
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

    public void Add(ChunkId name, long length, PackEntry[] entries, bool condemned = false)
    {
        lock (_lock)
        {
            if (_numbers.ContainsKey(name)) return;
            var number = _packs.Count;
            _packs.Add(new KnownPack(name, length, entries) { Condemned = condemned });
            _numbers.Add(name, number);
            Place(number);
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
                if (!gone) continue;
                _numbers.Remove(pack.Name);
                _packs[number] = new KnownPack(pack.Name, 0, []) { Gone = true };
            }

            if (!changed) return;
            Array.Clear(_slots);
            _count = 0;
            for (var number = 0; number < _packs.Count; number++) Place(number);
        }
    }

    private static int PackOf(long slot) => (int)(slot >> 32) - 1;

    private ref readonly PackEntry EntryOf(long slot) => ref _packs[PackOf(slot)].Entries[(int)slot];

    /// <summary>Where a chunk's slot is, or the free one where it would be.</summary>
    private int SlotOf(ChunkId id)
    {
        for (var at = id.GetHashCode() & (_slots.Length - 1); ; at = (at + 1) & (_slots.Length - 1))
            if (_slots[at] == 0 || EntryOf(_slots[at]).Id == id) return at;
    }

    private void Place(int number)
    {
        var entries = _packs[number].Entries;
        Grow(_count + entries.Length);
        for (var i = 0; i < entries.Length; i++)
        {
            if (!entries[i].IsChunk) continue;
            ref var slot = ref _slots[SlotOf(entries[i].Id)];
            if (slot != 0 && (!_packs[PackOf(slot)].Condemned || _packs[number].Condemned)) continue;
            if (slot == 0) _count++;
            slot = ((long)(number + 1) << 32) | (uint)i;
        }
    }

    private void Grow(int count)
    {
        // At most three in four slots are taken.
        if (count <= _slots.Length / 4 * 3) return;
        var before = _slots;
        var size = _slots.Length;
        while (count > size / 4 * 3) size = checked(size * 2);
        _slots = new long[size];
        foreach (var slot in before)
            if (slot != 0) _slots[SlotOf(EntryOf(slot).Id)] = slot;
    }
}
