namespace MLOps.Storage;

/// <summary>What a blob store may give beside its seam: to write bytes before their key is known, so that they can be hashed meanwhile.</summary>
internal interface IBlobStaging
{
    /// <summary>Writes content durably under no key.</summary>
    /// <param name="content">Read to its end.</param>
    /// <param name="cancellationToken">Cancels; nothing is left.</param>
    ValueTask<IStagedBlob> StageAsync(Stream content, CancellationToken cancellationToken);
}
