namespace MLOps.Statistics;

/// <summary>How often each distinct value occurs in two pooled samples, in ascending order.</summary>
internal struct TieSizes() : ITieVisitor
{
    private readonly List<long> _counts = [];

    /// <summary>Whether a value occurs more than once.</summary>
    public bool HasTies { get; private set; }

    public readonly ReadOnlySpan<long> Counts => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_counts);

    public void Visit(long a, long b)
    {
        HasTies |= a + b > 1;
        _counts.Add(a + b);
    }
}
