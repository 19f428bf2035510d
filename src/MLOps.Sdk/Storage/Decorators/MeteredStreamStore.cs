using static MLOps.Storage.Decorators.StorageTelemetry;

namespace MLOps.Storage.Decorators;

/// <summary>Measures calls on a stream store, and the blocks that pass.</summary>
internal sealed class MeteredStreamStore(IStreamStore inner, TimeProvider time) : IStreamStore
{
    private const string Seam = "streams";

    public async ValueTask AppendAsync(IReadOnlyList<StreamAppend> appends, CancellationToken cancellationToken = default)
    {
        await MeasureAsync(time, Seam, "append", async () =>
        {
            await inner.AppendAsync(appends, cancellationToken).ConfigureAwait(false);
            return true;
        }).ConfigureAwait(false);
        Moved(Seam, "written", appends.Sum(a => (long)a.Block.Length));
    }

    public IAsyncEnumerable<StreamBlock> ReadAsync(string stream, long from = 0, CancellationToken cancellationToken = default) =>
        MeasureAsync(time, Seam, "read", inner.ReadAsync(stream, from, cancellationToken), block => Moved(Seam, "read", block.Bytes.Length));

    public ValueTask<StreamInfo?> StatAsync(string stream, CancellationToken cancellationToken = default) => MeasureAsync(time, Seam, "stat", () => inner.StatAsync(stream, cancellationToken));

    public IAsyncEnumerable<StreamInfo> ListAsync(string prefix, CancellationToken cancellationToken = default) => MeasureAsync(time, Seam, "list", inner.ListAsync(prefix, cancellationToken));

    public async ValueTask TruncateAsync(string stream, long before, CancellationToken cancellationToken = default) => await MeasureAsync(time, Seam, "truncate", async () =>
    {
        await inner.TruncateAsync(stream, before, cancellationToken).ConfigureAwait(false);
        return true;
    }).ConfigureAwait(false);
}
