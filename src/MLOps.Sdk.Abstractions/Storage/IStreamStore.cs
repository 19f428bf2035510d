namespace MLOps.Storage;

/// <summary>
/// What happened, in order: named streams of opaque blocks. One of the three storage seams.
/// </summary>
/// <remarks>
/// <para><b>Laws</b>, checked by <c>StreamStoreConformance</c>:</para>
/// <list type="bullet">
/// <item>All members are thread-safe, within a process and between processes on one store.</item>
/// <item>A stream's blocks have positions 0, 1, 2 …; a stream exists from its first block on, and its next position never goes back.</item>
/// <item>An append is all or nothing over all its streams, and durable when it returned. A cancelled or failed append leaves nothing.</item>
/// <item>Appending at the next position writes. Appending at a position that already holds equal bytes is a replay: it succeeds and changes nothing. Anything else is an <see cref="MLOpsConflictException"/> that names the stream.</item>
/// <item>Blocks are read exactly as written, in order of position. Reads see every append that returned before they began.</item>
/// <item>Invalid input is an <see cref="MLOpsInvalidException"/> before any I/O; a cancelled token throws <see cref="OperationCanceledException"/>, also when it was cancelled before the call.</item>
/// </list>
/// <para>Stream names: 1 to 512 UTF-8 bytes, any characters but U+0000 and lone surrogates. Blocks: 1 byte to 16 MiB; at most 10,000 blocks an append.
/// One append may carry several blocks for one stream, at consecutive positions.</para>
/// </remarks>
public interface IStreamStore
{
    /// <summary>Appends blocks to one or many streams in one transaction.</summary>
    /// <exception cref="MLOpsConflictException">A position is neither next nor a replay.</exception>
    ValueTask AppendAsync(IReadOnlyList<StreamAppend> appends, CancellationToken cancellationToken = default);

    /// <summary>The blocks of a stream from a position on, up to the end as it was when the enumeration began. A stream that does not exist has none.</summary>
    /// <param name="stream">The stream's name.</param>
    /// <param name="from">First position, from 0; truncated blocks are passed over.</param>
    /// <param name="cancellationToken">Cancels.</param>
    IAsyncEnumerable<StreamBlock> ReadAsync(string stream, long from = 0, CancellationToken cancellationToken = default);

    /// <summary>What is known of a stream, or null when it does not exist.</summary>
    ValueTask<StreamInfo?> StatAsync(string stream, CancellationToken cancellationToken = default);

    /// <summary>All streams whose name begins with <paramref name="prefix"/>, in UTF-8 order of names.</summary>
    IAsyncEnumerable<StreamInfo> ListAsync(string prefix, CancellationToken cancellationToken = default);

    /// <summary>Drops the blocks before a position for good. The stream keeps its name and its next position, so that positions are never used twice.</summary>
    /// <param name="stream">The stream's name; one that does not exist is left so.</param>
    /// <param name="before">The first position that is kept; beyond the next position means all.</param>
    /// <param name="cancellationToken">Cancels.</param>
    ValueTask TruncateAsync(string stream, long before, CancellationToken cancellationToken = default);
}
