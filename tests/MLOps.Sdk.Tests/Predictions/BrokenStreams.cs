using MLOps.Storage;

namespace MLOps.Predictions;

/// <summary>Streams that fail when they are told to, before or after the write.</summary>
internal sealed class BrokenStreams(IStreamStore inner) : IStreamStore
{
    public bool FailBefore { get; set; }

    public bool FailAfter { get; set; }

    /// <summary>What the store can never take.</summary>
    public Func<StreamAppend, bool> Refuses { get; set; } = _ => false;

    public bool IsFull { get; set; }

    public async ValueTask AppendAsync(IReadOnlyList<StreamAppend> appends, CancellationToken cancellationToken = default)
    {
        if (FailBefore) throw new IOException("The disk is away.");
        if (IsFull) throw new MLOpsUnavailableException("The disk is full.");
        if (appends.Any(Refuses)) throw new MLOpsInvalidException("Such a block no store can keep.");
        await inner.AppendAsync(appends, cancellationToken);
        if (FailAfter) throw new IOException("The answer was lost.");
    }

    public IAsyncEnumerable<StreamBlock> ReadAsync(string stream, long from = 0, CancellationToken cancellationToken = default) => inner.ReadAsync(stream, from, cancellationToken);

    public ValueTask<StreamInfo?> StatAsync(string stream, CancellationToken cancellationToken = default) => inner.StatAsync(stream, cancellationToken);

    public IAsyncEnumerable<StreamInfo> ListAsync(string prefix, CancellationToken cancellationToken = default) => inner.ListAsync(prefix, cancellationToken);

    public ValueTask TruncateAsync(string stream, long before, CancellationToken cancellationToken = default) => inner.TruncateAsync(stream, before, cancellationToken);
}
