namespace MLOps.Statistics;

/// <summary>
/// A uniform random sample of fixed size from a stream of unknown length (Vitter 1985, algorithm R): after any number of items each had the same chance to stay.
/// </summary>
/// <remarks>
/// Deterministic: the same seed and the same items in the same order give the same sample on every machine (whole-number arithmetic only). O(1) per item.
/// Not safe for concurrent use.
/// </remarks>
/// <typeparam name="T">The kind of item.</typeparam>
public sealed class Reservoir<T>
{
    private readonly List<T> _items = [];
    private SplitMix _random;

    /// <summary>An empty reservoir.</summary>
    /// <param name="capacity">The largest number of items kept, at least 1.</param>
    /// <param name="seed">Where the random sequence starts.</param>
    /// <exception cref="MLOpsInvalidException">The capacity is below 1.</exception>
    public Reservoir(int capacity, ulong seed)
    {
        if (capacity < 1) throw new MLOpsInvalidException($"The capacity of a reservoir is {capacity}: it must be at least 1.");
        Capacity = capacity;
        _random = new SplitMix(seed);
    }

    /// <summary>The largest number of items kept.</summary>
    public int Capacity { get; }

    /// <summary>How many items were offered.</summary>
    public long Seen { get; private set; }

    /// <summary>The sample: everything while at most <see cref="Capacity"/> items were offered. Its order has no meaning.</summary>
    public IReadOnlyList<T> Items => _items;

    /// <summary>Offers an item.</summary>
    public void Add(T item)
    {
        Seen++;
        if (_items.Count < Capacity)
        {
            _items.Add(item);
            return;
        }

        var slot = _random.Below((ulong)Seen);
        if (slot < (ulong)Capacity) _items[(int)slot] = item;
    }

    /// <summary>Offers items in order.</summary>
    public void Add(ReadOnlySpan<T> items)
    {
        foreach (var item in items) Add(item);
    }
}
