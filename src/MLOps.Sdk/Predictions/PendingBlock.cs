namespace MLOps.Predictions;

/// <summary>A packed block on its way to the store: the same bytes at the same position until it is there, so that a retry is a replay.</summary>
internal sealed record PendingBlock(string Model, string Stream, ulong Generation, long Position, byte[] Bytes, int Rows);
