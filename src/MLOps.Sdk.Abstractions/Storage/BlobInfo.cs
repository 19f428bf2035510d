namespace MLOps.Storage;

/// <summary>What is known of a blob without opening it.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Length">Its length in bytes.</param>
public readonly record struct BlobInfo(string Key, long Length);
