using MLOps.Statistics;

namespace MLOps.Monitoring;

/// <summary>Puts things in an order that depends on the seed alone.</summary>
internal sealed class SplitMixShuffle(ulong seed)
{
    private SplitMix _random = new(seed);

    public int Below(int bound) => (int)_random.Below((ulong)bound);

    /// <summary>Fisher and Yates.</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = Below(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
