using System.Runtime.CompilerServices;

namespace MLOps.Storage.Memory;

/// <summary>Streams in the memory of this process: for tests and experiments. They are lost with the instance.</summary>
public sealed class MemoryStreamStore : IStreamStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Blocks> _streams = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async ValueTask AppendAsync(IReadOnlyList<StreamAppend> appends, CancellationToken cancellationToken = default) => await cancellationToken.Answer(() =>
    {
        StreamRules.Require(appends);
        lock (_gate)
        {
            // First decide about every stream on a copy of its end, then write: all or nothing.
            var added = new Dictionary<string, List<byte[]>>(StringComparer.Ordinal);
            var failures = new List<(string Stream, long Position, long First, long Next)>();
            foreach (var append in appends)
            {
                var blocks = _streams.GetValueOrDefault(append.Stream) ?? Blocks.None;
                var fresh = added.TryGetValue(append.Stream, out var known) ? known : added[append.Stream] = [];
                if (append.Position == blocks.Next + fresh.Count) fresh.Add(append.Block.ToArray());
                else if (!blocks.Holds(append.Position, append.Block.Span)) failures.Add((append.Stream, append.Position, blocks.First, blocks.Next));
            }

            if (failures.Count > 0) throw StreamRules.Conflict(failures);
            foreach (var (name, fresh) in added.Where(a => a.Value.Count > 0))
            {
                var blocks = _streams.GetValueOrDefault(name) ?? Blocks.None;
                _streams[name] = blocks with { Kept = [.. blocks.Kept, .. fresh] };
            }
        }

        return true;
    }).ConfigureAwait(false);

    /// <inheritdoc/>
    public async IAsyncEnumerable<StreamBlock> ReadAsync(string stream, long from = 0, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var blocks = await cancellationToken.Answer(() =>
        {
            StreamAppend.RequireName(stream);
            StreamRules.RequirePosition(from);
            lock (_gate) return _streams.GetValueOrDefault(stream) ?? Blocks.None;
        }).ConfigureAwait(false);
        for (var position = Math.Max(from, blocks.First); position < blocks.Next; position++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new StreamBlock(position, blocks.Kept[(int)(position - blocks.First)]);
        }
    }

    /// <inheritdoc/>
    public ValueTask<StreamInfo?> StatAsync(string stream, CancellationToken cancellationToken = default) => cancellationToken.Answer<StreamInfo?>(() =>
    {
        StreamAppend.RequireName(stream);
        lock (_gate) return _streams.TryGetValue(stream, out var blocks) ? new StreamInfo(stream, blocks.First, blocks.Next) : null;
    });

    /// <inheritdoc/>
    public async IAsyncEnumerable<StreamInfo> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        StreamRules.RequirePrefix(prefix);
        var found = await cancellationToken.Answer(() =>
        {
            lock (_gate) return _streams.Where(s => s.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(s => new StreamInfo(s.Key, s.Value.First, s.Value.Next)).ToList();
        }).ConfigureAwait(false);
        found.Sort((a, b) => FieldValue.CompareUtf8(a.Name, b.Name));
        foreach (var info in found)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return info;
        }
    }

    /// <inheritdoc/>
    public async ValueTask TruncateAsync(string stream, long before, CancellationToken cancellationToken = default) => await cancellationToken.Answer(() =>
    {
        StreamAppend.RequireName(stream);
        if (before < 0) throw new MLOpsInvalidException($"A stream is truncated before a position of at least 0, not {before}.");
        lock (_gate)
        {
            if (!_streams.TryGetValue(stream, out var blocks)) return true;
            var first = Math.Clamp(before, blocks.First, blocks.Next);
            _streams[stream] = new(first, blocks.Kept[(int)(first - blocks.First)..]);
        }

        return true;
    }).ConfigureAwait(false);

    /// <summary>A stream as it was at one moment.</summary>
    private sealed record Blocks(long First, byte[][] Kept)
    {
        internal static readonly Blocks None = new(0, []);

        internal long Next => First + Kept.Length;

        internal bool Holds(long position, ReadOnlySpan<byte> bytes) =>
            position >= First && position < Next && bytes.SequenceEqual(Kept[position - First]);
    }
}
