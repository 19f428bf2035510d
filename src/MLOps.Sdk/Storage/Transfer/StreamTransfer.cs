namespace MLOps.Storage;

/// <summary>
/// Copies the blocks that the target does not have, each at its position. Blocks that were truncated in the source are there for a moment as
/// single bytes, because a stream's positions begin at 0.
/// </summary>
internal sealed class StreamTransfer(IStreamStore from, IStreamStore to, IProgress<StoreProgress>? progress)
{
    private const int BatchBlocks = 1000, BatchBytes = 8 * 1024 * 1024;

    public long Written { get; private set; }

    public long Blocks { get; private set; }

    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        var done = 0L;
        var pairs = Pairs.Of(from.ListAsync("", cancellationToken), to.ListAsync("", cancellationToken), s => s.Name, FieldValue.CompareUtf8, cancellationToken);
        await foreach (var (source, target) in pairs.ConfigureAwait(false))
        {
            if (source is not { } stream) throw Pairs.Stranger($"the stream '{Name.Shown(target!.Value.Name)}'", target.Value.Name);
            if (target is { } there && (there.Next > stream.Next || there.First > stream.First)) throw Pairs.Stranger($"other blocks of the stream '{Name.Shown(stream.Name)}'", stream.Name);
            if (target != source) await CopyAsync(stream, target?.Next ?? 0, cancellationToken).ConfigureAwait(false);
            progress?.Report(new("streams", ++done, 0));
        }
    }

    private async ValueTask CopyAsync(StreamInfo stream, long next, CancellationToken cancellationToken)
    {
        Written++;
        while (next < stream.First)
        {
            var gone = Enumerable.Range(0, (int)Math.Min(BatchBlocks, stream.First - next)).Select(i => new StreamAppend(stream.Name, next + i, new byte[1])).ToList();
            await to.AppendAsync(gone, cancellationToken).ConfigureAwait(false);
            next += gone.Count;
        }

        if (stream.First > 0) await to.TruncateAsync(stream.Name, stream.First, cancellationToken).ConfigureAwait(false);
        var (batch, bytes) = (new List<StreamAppend>(), 0L);
        await foreach (var block in from.ReadAsync(stream.Name, next, cancellationToken).ConfigureAwait(false))
        {
            // What was appended since the streams were listed is the next copy's.
            if (block.Position >= stream.Next) break;
            batch.Add(new(stream.Name, block.Position, block.Bytes));
            if (batch.Count < BatchBlocks && (bytes += block.Bytes.Length) < BatchBytes) continue;
            await to.AppendAsync(batch, cancellationToken).ConfigureAwait(false);
            Blocks += batch.Count;
            (batch, bytes) = ([], 0);
        }

        if (batch.Count == 0) return;
        await to.AppendAsync(batch, cancellationToken).ConfigureAwait(false);
        Blocks += batch.Count;
    }
}
