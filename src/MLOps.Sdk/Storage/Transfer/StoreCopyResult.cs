namespace MLOps.Storage;

/// <summary>What a copy wrote; what was there from an interrupted copy is not counted.</summary>
/// <param name="Blobs">Blobs written.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Streams">Streams written to.</param>
/// <param name="Blocks">Their blocks.</param>
/// <param name="Records">Records written.</param>
/// <param name="Position">The position of the last operation, now the same in both stores.</param>
/// <param name="Digest">The SHA-256 of both stores' exports; null when they were not compared.</param>
public sealed record StoreCopyResult(long Blobs, long Bytes, long Streams, long Blocks, long Records, long Position, Digest? Digest);
