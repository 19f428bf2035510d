namespace MLOps.Storage;

/// <summary>
/// What a record store may give beside its seam: all that it holds, in an enumeration that ends. Copying, exporting and verifying a whole store
/// need it; rooms never do. Every record store of this library has it.
/// </summary>
public interface IRecordScan
{
    /// <summary>
    /// The next records whose latest change came after a position, in order of position: each once, with its latest state, deleted
    /// ones too. Any number of them; the page's position is where to go on.
    /// </summary>
    /// <param name="after">0 for the beginning; then <see cref="RecordScanPage.Position"/>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    ValueTask<RecordScanPage> ScanAsync(long after, CancellationToken cancellationToken = default);
}
