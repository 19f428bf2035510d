namespace MLOps.Statistics;

/// <summary>The SplitMix64 generator (Steele, Lea and Flood 2014): unlike <see cref="Random"/>, its sequence is fixed for ever.</summary>
internal struct SplitMix(ulong seed)
{
    private ulong _state = seed;

    /// <summary>Where the sequence stands: a generator with this seed goes on from here.</summary>
    public readonly ulong State => _state;

    public ulong Next()
    {
        var z = _state += 0x9E37_79B9_7F4A_7C15;
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
        return z ^ (z >> 31);
    }

    /// <summary>A whole number from 0 to <paramref name="bound"/> - 1. The bias of the multiplication is below bound / 2^64.</summary>
    public ulong Below(ulong bound) => Math.BigMul(Next(), bound, out _);
}
