namespace MLOps.Statistics;

/// <summary>What a stream detector says after one value.</summary>
/// <param name="Drift">A change was detected at this value. The detector starts afresh with the next one.</param>
/// <param name="Warning">A change may be coming; never true together with <paramref name="Drift"/>, and always false for detectors without a warning zone.</param>
public readonly record struct DetectorState(bool Drift, bool Warning);
