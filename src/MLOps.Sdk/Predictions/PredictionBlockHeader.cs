using MLOps.Data;

namespace MLOps.Predictions;

/// <summary>The beginning of a block of predictions: enough to pass over the rest.</summary>
internal sealed record PredictionBlockHeader(
    byte Format, ulong Generation, int Rows, long MinTime, long MaxTime, ulong MinSequence, ulong MaxSequence, IReadOnlyList<Feature> Features);
