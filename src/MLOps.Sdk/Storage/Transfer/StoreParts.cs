namespace MLOps.Storage;

/// <summary>What one store is made of: its three seams, with nothing of the rooms above. The client of a store gives them.</summary>
/// <param name="Blobs">Its bytes.</param>
/// <param name="Records">Its facts, beneath the audit chain; to be copied, exported or verified it must be an <see cref="IRecordScan"/> too.</param>
/// <param name="Streams">What happened in it.</param>
public sealed record StoreParts(IBlobStore Blobs, IRecordStore Records, IStreamStore Streams)
{
    /// <summary>A collection of no room, for calls that are about the store and not about a record.</summary>
    internal const string Nobodys = "nobodys";

    /// <summary>All records, in order of position.</summary>
    internal async IAsyncEnumerable<RecordScanPage> ScanAsync(long after, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var scan = Records as IRecordScan
            ?? throw new MLOpsInvalidException($"The record store '{Records.GetType().Name}' cannot tell all that it holds, so that this store cannot be copied, exported or verified. Let it implement {nameof(IRecordScan)}.");
        RecordScanPage page;
        do
        {
            page = await scan.ScanAsync(after, cancellationToken).ConfigureAwait(false);
            yield return page;
            after = page.Position;
        }
        while (page.More);
    }

    /// <summary>The position of the last operation.</summary>
    internal async ValueTask<long> HeadAsync(CancellationToken cancellationToken) =>
        (await Records.QueryAsync(new RecordQuery(Nobodys) { Size = 1 }, cancellationToken).ConfigureAwait(false)).Position;
}
