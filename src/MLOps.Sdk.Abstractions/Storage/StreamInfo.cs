namespace MLOps.Storage;

/// <summary>What is known of a stream.</summary>
/// <param name="Name">Its name.</param>
/// <param name="First">The position of the first block that was not truncated; equal to <paramref name="Next"/> when none is left.</param>
/// <param name="Next">The position that the next block gets.</param>
public readonly record struct StreamInfo(string Name, long First, long Next);
