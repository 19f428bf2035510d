namespace MLOps.Storage;

/// <summary>Content in the store.</summary>
/// <param name="Digest">Its identity.</param>
/// <param name="Length">In bytes.</param>
internal readonly record struct StoredContent(Digest Digest, long Length);
