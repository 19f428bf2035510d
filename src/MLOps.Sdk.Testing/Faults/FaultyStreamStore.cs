using MLOps.Storage;

namespace MLOps.Testing;

/// <summary>A stream store that goes wrong where a plan says so; otherwise it passes calls on.</summary>
/// <param name="inner">The store; not owned.</param>
/// <param name="plan">What goes wrong.</param>
public sealed class FaultyStreamStore(IStreamStore inner, FaultPlan plan) : IStreamStore
{
    /// <inheritdoc/>
    public async ValueTask AppendAsync(IReadOnlyList<StreamAppend> appends, CancellationToken cancellationToken = default) => await plan.RunAsync(
        StorageCall.StreamAppend,
        () => DoneAsync(inner.AppendAsync(appends, cancellationToken)),
        fault => inner.AppendAsync([.. appends.Take(fault.Keep)], cancellationToken),
        cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public IAsyncEnumerable<StreamBlock> ReadAsync(string stream, long from = 0, CancellationToken cancellationToken = default) => plan.EnumerateAsync(StorageCall.StreamRead, inner.ReadAsync(stream, from, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<StreamInfo?> StatAsync(string stream, CancellationToken cancellationToken = default) => plan.RunAsync(StorageCall.StreamStat, () => inner.StatAsync(stream, cancellationToken), null, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<StreamInfo> ListAsync(string prefix, CancellationToken cancellationToken = default) => plan.EnumerateAsync(StorageCall.StreamList, inner.ListAsync(prefix, cancellationToken));

    /// <inheritdoc/>
    public async ValueTask TruncateAsync(string stream, long before, CancellationToken cancellationToken = default) => await plan.RunAsync(
        StorageCall.StreamTruncate, () => DoneAsync(inner.TruncateAsync(stream, before, cancellationToken)), null, cancellationToken).ConfigureAwait(false);

    private static async ValueTask<bool> DoneAsync(ValueTask call)
    {
        await call.ConfigureAwait(false);
        return true;
    }
}
