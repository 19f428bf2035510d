using MLOps.Storage;
using MLOps.Storage.Chunks;

namespace MLOps.Records;

/// <summary>What was looked at when a store was verified, and what was wrong.</summary>
/// <param name="Blobs">Blobs read.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Streams">Streams read.</param>
/// <param name="Blocks">Their blocks.</param>
/// <param name="Records">Records read.</param>
/// <param name="Pins">Of those, pins whose blob was looked for.</param>
/// <param name="AuditEntries">Of those, links of the audit chain.</param>
/// <param name="Problems">What is wrong; empty for a sound store. In the order it was found.</param>
public sealed record StoreVerification(long Blobs, long Bytes, long Streams, long Blocks, long Records, long Pins, long AuditEntries, IReadOnlyList<StoreProblem> Problems)
{
    /// <summary>
    /// Reads a whole store and checks that every blob has the hash that its key says, every stream is readable without a gap, every record is
    /// JSON, every pin's blob is there, the audit chain is unbroken, and audited records are what its last entries say.
    /// </summary>
    /// <param name="store">The store; others may use it meanwhile.</param>
    /// <param name="progress">Told how far it has come.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MLOpsInvalidException">The record store cannot tell all that it holds.</exception>
    public static async ValueTask<StoreVerification> RunAsync(StoreParts store, IProgress<StoreProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        var problems = new List<StoreProblem>();
        using var chunks = new ChunkStore(store.Blobs);
        var content = new ContentCheck(store, chunks, problems, progress);
        await content.BlobsAsync(cancellationToken).ConfigureAwait(false);
        await content.StreamsAsync(cancellationToken).ConfigureAwait(false);
        var facts = new FactCheck(store, chunks, problems, progress);
        await facts.RunAsync(cancellationToken).ConfigureAwait(false);
        return new(content.Blobs, content.Bytes, content.Streams, content.Blocks, facts.Records, facts.Pins, facts.AuditEntries, problems);
    }
}
