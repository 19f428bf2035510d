namespace MLOps.Statistics;

/// <summary>What an envelope holds. Stored: never renumber.</summary>
internal enum SketchKind : byte
{
    Kll = 1,
    HyperLogLog = 2,
    FrequentItems = 3,
    BinCounts = 4,
    Moments = 5,
    Reservoir = 6,
}
