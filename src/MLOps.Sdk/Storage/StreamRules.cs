namespace MLOps.Storage;

/// <summary>The rules of <see cref="IStreamStore"/>'s arguments, the same for every backend, checked before any I/O.</summary>
static class StreamRules
{
    internal const int MaxBlockBytes = 16 * 1024 * 1024;

    internal static void Require(IReadOnlyList<StreamAppend> appends)
    {
        ArgumentNullException.ThrowIfNull(appends);
        if (appends.Count > 10_000) throw new MLOpsInvalidException($"An append has at most 10,000 blocks, this one has {appends.Count}.");
        var last = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var append in appends)
        {
            if (append is null) throw new MLOpsInvalidException("A block of an append is null.");
            RequirePosition(append.Stream, append.Position);
            if (append.Block.Length is 0 or > MaxBlockBytes)
                throw new MLOpsInvalidException($"Block {append.Position} of stream '{Name.Shown(append.Stream)}' has {append.Block.Length} bytes; 1 to {MaxBlockBytes} are allowed.");
            if (last.TryGetValue(append.Stream, out var before) && append.Position != before + 1)
                throw new MLOpsInvalidException($"The blocks of one append for stream '{Name.Shown(append.Stream)}' must be at consecutive positions: {append.Position} follows {before}.");
            last[append.Stream] = append.Position;
        }
    }

    internal static void RequirePosition(string stream, long position)
    {
        StreamAppend.RequireName(stream);
        if (position < 0) throw new MLOpsInvalidException($"A position in stream '{Name.Shown(stream)}' is at least 0, this one is {position}.");
    }
}
