namespace MLOps.Statistics;

/// <summary>
/// A uniform random sample of fixed size from a stream of unknown length (Vitter 1985, algorithm R): after any number of items each had the same chance to stay.
/// </summary>
/// <remarks>
/// Deterministic: the same seed and the same items in the same order give the same sample on every machine (whole-number arithmetic only). O(1) per item.
/// Not safe for concurrent use.
/// </remarks>
/// <example><code>
/// var sample = new Reservoir&lt;string>(capacity: 2, seed: 7);
/// foreach (var row in new[] { "a", "b", "c", "d" }) sample.Add(row);
/// Console.WriteLine(sample.Items.Count); // 2
/// Console.WriteLine(sample.Seen); // 4
/// </code></example>
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

    /// <summary>
    /// Takes in another reservoir, so that this one is a uniform sample of both streams together: each place draws its side in proportion to what of the two streams is not
    /// yet drawn (a hypergeometric split), then a random item of that side's sample. O(capacity); the other reservoir stays as it is.
    /// </summary>
    /// <remarks>Deterministic: seed and order of merges give the sample; another order gives another, equally uniform one.</remarks>
    /// <exception cref="MLOpsInvalidException">The capacities differ.</exception>
    public void Merge(Reservoir<T> other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Capacity != Capacity) throw new MLOpsInvalidException($"The other reservoir keeps {other.Capacity} items and this one {Capacity}: merge reservoirs of equal capacity.");
        List<T> mine = [.. _items], theirs = [.. other._items];
        ulong restOfMine = (ulong)Seen, restOfTheirs = (ulong)other.Seen;
        Seen = checked(Seen + other.Seen);
        _items.Clear();
        for (var place = Math.Min(Seen, Capacity); place > 0; place--)
        {
            var isMine = _random.Below(restOfMine + restOfTheirs) < restOfMine;
            if (isMine) restOfMine--;
            else restOfTheirs--;
            var side = isMine ? mine : theirs;
            var index = (int)_random.Below((ulong)side.Count);
            _items.Add(side[index]);
            side[index] = side[^1];
            side.RemoveAt(side.Count - 1);
        }
    }

    /// <summary>The reservoir as bytes with a hash, its random state too: read back, it goes on exactly as this one.</summary>
    /// <param name="encode">The bytes of one item, for example <c>BitConverter.GetBytes</c>.</param>
    public byte[] ToBytes(Func<T, byte[]> encode)
    {
        ArgumentNullException.ThrowIfNull(encode);
        var items = _items.ConvertAll(item => encode(item));
        var (parameters, payload) = (new byte[12], new byte[items.Sum(static item => 4 + item.Length)]);
        var writer = new SketchWriter(parameters);
        writer.Int32(Capacity);
        writer.UInt64(_random.State);
        writer = new SketchWriter(payload);
        foreach (var item in items)
        {
            writer.Int32(item.Length);
            item.CopyTo(writer.Take(item.Length));
        }

        return SketchEnvelope.Seal(SketchKind.Reservoir, Seen, parameters, payload);
    }

    internal static Reservoir<T> Read(ReadOnlySpan<byte> bytes, Func<byte[], T> decode) => SketchEnvelope.Open(bytes, SketchKind.Reservoir, 12, (n, parameters, payload) =>
    {
        var capacity = parameters.Int32();
        parameters.Check(capacity > 0 && n >= 0, "their capacity is out of range");
        var reservoir = new Reservoir<T>(capacity, parameters.UInt64()) { Seen = n };
        while (payload.Length > 0) reservoir._items.Add(decode(payload.Bytes(payload.Int32()).ToArray()));
        payload.Check(reservoir._items.Count == Math.Min(n, capacity), "the number of their items does not fit");
        return reservoir;
    });
}
