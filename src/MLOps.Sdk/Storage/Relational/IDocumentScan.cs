namespace MLOps.Storage.Relational;

/// <summary>What a relational store gives beside its seam to those who read long collections from end to end: documents where they lie, without making records of them.</summary>
internal interface IDocumentScan
{
    /// <summary>Reads the documents of a collection in order of their ids, in one snapshot.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="from">The first id; null for the beginning.</param>
    /// <param name="to">The first id that is not read any more; null for the end.</param>
    /// <param name="begin">Makes what the documents are gathered in; called again when the reading has to begin anew.</param>
    /// <param name="each">Gets what was made, an id, and the document's bytes, which are valid during the call.</param>
    /// <param name="cancellationToken">Cancels.</param>
    ValueTask<T> ReadAsync<T>(string collection, string? from, string? to, Func<T> begin, Action<T, string, ReadOnlySpan<byte>> each, CancellationToken cancellationToken);
}
