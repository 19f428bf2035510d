using MLOps.Storage;

namespace MLOps.Testing;

/// <summary>A blob store that goes wrong where a plan says so; otherwise it passes calls on.</summary>
/// <param name="inner">The store; not owned.</param>
/// <param name="plan">What goes wrong.</param>
public sealed class FaultyBlobStore(IBlobStore inner, FaultPlan plan) : IBlobStore
{
    /// <inheritdoc/>
    /// <remarks>A write that is repeated begins both times where the stream stood, when it can seek; otherwise the second finds it at its end.</remarks>
    public ValueTask<bool> WriteAsync(string key, Stream content, Digest? expected = null, CancellationToken cancellationToken = default)
    {
        var start = content is { CanSeek: true } ? content.Position : -1;
        return plan.RunAsync(StorageCall.BlobWrite, () =>
        {
            if (start >= 0) content!.Position = start;
            return inner.WriteAsync(key, content!, expected, cancellationToken);
        }, async fault =>
        {
            var bytes = new byte[fault.Keep];
            var count = await content!.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            using var part = new MemoryStream(bytes, 0, count);
            await inner.WriteAsync(key, part, null, cancellationToken).ConfigureAwait(false);
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<Stream> OpenAsync(string key, BlobRange? range = null, CancellationToken cancellationToken = default)
    {
        var fault = plan.Next(StorageCall.BlobOpen);
        if (fault?.Kind == FaultKind.FailBefore) throw fault.NewError();
        if (fault?.Kind == FaultKind.Delay) await plan.WaitAsync(fault, cancellationToken).ConfigureAwait(false);
        var content = await inner.OpenAsync(key, range, cancellationToken).ConfigureAwait(false);
        if (fault?.Kind == FaultKind.Tear) return new TornStream(content, fault);
        if (fault?.Kind is not (FaultKind.FailAfter or FaultKind.Repeat)) return content;
        await content.DisposeAsync().ConfigureAwait(false);
        return fault.Kind == FaultKind.Repeat ? await inner.OpenAsync(key, range, cancellationToken).ConfigureAwait(false) : throw fault.NewError();
    }

    /// <inheritdoc/>
    public ValueTask<BlobInfo?> StatAsync(string key, CancellationToken cancellationToken = default) => plan.RunAsync(StorageCall.BlobStat, () => inner.StatAsync(key, cancellationToken), null, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> DeleteAsync(string key, CancellationToken cancellationToken = default) => plan.RunAsync(StorageCall.BlobDelete, () => inner.DeleteAsync(key, cancellationToken), null, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<BlobInfo> ListAsync(string prefix, CancellationToken cancellationToken = default) => plan.EnumerateAsync(StorageCall.BlobList, inner.ListAsync(prefix, cancellationToken));
}
