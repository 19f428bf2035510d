namespace MLOps.Storage.Chunks;

/// <summary>Where a chunk is.</summary>
/// <param name="Pack">The pack's number in the index of this process.</param>
/// <param name="Offset">Of its first byte in the pack.</param>
/// <param name="Stored">How many bytes it has there.</param>
/// <param name="Length">How many it has uncompressed.</param>
/// <param name="Codec">How it is compressed.</param>
readonly record struct ChunkPlace(int Pack, uint Offset, int Stored, int Length, Compression Codec);
