namespace MLOps.Storage.Chunks;

/// <summary>A pack that grows in memory, in segments that are used again for the next one.</summary>
sealed class PackBuilder(Stack<byte[]> spare)
{
    private const int SegmentSize = 1 << 20;

    private readonly List<byte[]> _segments = [];
    private readonly List<PackEntry> _entries = [PackFormat.Nonce()];

    public long Length { get; private set; }

    public bool IsEmpty => _entries.Count == 1;

    public IReadOnlyList<PackEntry> Entries => _entries;

    public void Add(ChunkId id, ReadOnlySpan<byte> stored, int length, Compression codec)
    {
        if (Length == 0) Append(PackFormat.Header);
        _entries.Add(new PackEntry(id, (uint)Length, stored.Length, length, codec));
        Append(stored);
    }

    /// <summary>Closes the pack.</summary>
    /// <returns>Its name, and its bytes to be read once.</returns>
    public (ChunkId Name, Stream Content) Seal()
    {
        var (footer, name) = PackFormat.Footer(_entries);
        Append(footer);
        return (name, new SegmentStream(_segments, Length));
    }

    /// <summary>Gives the segments back when nobody reads them any more.</summary>
    public void Release()
    {
        lock (spare)
            foreach (var segment in _segments) spare.Push(segment);
        _segments.Clear();
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var at = (int)(Length % SegmentSize);
            if (at == 0) _segments.Add(Segment());
            var part = bytes[..Math.Min(bytes.Length, SegmentSize - at)];
            part.CopyTo(_segments[^1].AsSpan(at));
            Length += part.Length;
            bytes = bytes[part.Length..];
        }
    }

    private byte[] Segment()
    {
        lock (spare)
            if (spare.TryPop(out var segment)) return segment;
        return GC.AllocateUninitializedArray<byte>(SegmentSize);
    }
}
