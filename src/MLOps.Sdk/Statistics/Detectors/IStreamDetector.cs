namespace MLOps.Statistics;

/// <summary>Watches a stream of numbers, one at a time, for a change of its distribution.</summary>
/// <remarks>
/// Deterministic: the same values in the same order give the same detections on every machine. After a detection the next <see cref="Update"/> first calls
/// <see cref="Reset"/>, so that value is the first of a new stream. An update allocates nothing. Not safe for concurrent use.
/// Detectors are signals, not decisions: on autocorrelated data they fire on the ordinary ups and downs of the stream too.
/// </remarks>
public interface IStreamDetector
{
    /// <summary>What the last update said; neither drift nor warning before the first one.</summary>
    DetectorState State { get; }

    /// <summary>Takes the next value.</summary>
    /// <param name="value">A finite number of magnitude at most 1e100; the detectors of error streams accept less and say so.</param>
    /// <returns>Whether there is a drift or a warning at this value.</returns>
    /// <exception cref="MLOpsInvalidException">The value is NaN, infinite or outside the detector's range. The detector is as before the call.</exception>
    DetectorState Update(double value);

    /// <summary>Forgets everything but the parameters.</summary>
    void Reset();
}
