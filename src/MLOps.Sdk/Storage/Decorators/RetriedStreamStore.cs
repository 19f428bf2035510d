namespace MLOps.Storage.Decorators;

/// <summary>Repeats calls on a stream store. All of them may be repeated: an append that had happened after all is a replay, and a replay changes nothing.</summary>
internal sealed class RetriedStreamStore(IStreamStore inner, Retry retry) : IStreamStore
{
    public async ValueTask AppendAsync(IReadOnlyList<StreamAppend> appends, CancellationToken cancellationToken = default) => await retry.RunAsync(async token =>
    {
        await inner.AppendAsync(appends, token).ConfigureAwait(false);
        return true;
    }, cancellationToken).ConfigureAwait(false);

    public IAsyncEnumerable<StreamBlock> ReadAsync(string stream, long from = 0, CancellationToken cancellationToken = default)
    {
        // "Up to the end as it was when the enumeration began" holds for a read in one piece; one that was resumed may see blocks that came meanwhile.
        return retry.EnumerateAsync<StreamBlock, long>(last => inner.ReadAsync(stream, last + 1 ?? from, cancellationToken), block => block.Position, cancellationToken);
    }

    public ValueTask<StreamInfo?> StatAsync(string stream, CancellationToken cancellationToken = default) => retry.RunAsync(token => inner.StatAsync(stream, token), cancellationToken);

    public IAsyncEnumerable<StreamInfo> ListAsync(string prefix, CancellationToken cancellationToken = default) => retry.EnumerateAsync<StreamInfo, StreamInfo>(
        after => after is { } last ? inner.ListAsync(prefix, cancellationToken).Where(s => FieldValue.CompareUtf8(s.Name, last.Name) > 0) : inner.ListAsync(prefix, cancellationToken),
        stream => stream, cancellationToken);

    public async ValueTask TruncateAsync(string stream, long before, CancellationToken cancellationToken = default) => await retry.RunAsync(async token =>
    {
        await inner.TruncateAsync(stream, before, token).ConfigureAwait(false);
        return true;
    }, cancellationToken).ConfigureAwait(false);
}
