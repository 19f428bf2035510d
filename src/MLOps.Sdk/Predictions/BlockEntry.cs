namespace MLOps.Predictions;

/// <summary>What an index says of one block of predictions.</summary>
internal readonly record struct BlockEntry(long Position, int Rows, long MinTime, long MaxTime, ulong MinSequence, ulong MaxSequence);
