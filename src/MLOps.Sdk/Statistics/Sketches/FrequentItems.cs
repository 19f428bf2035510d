using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace MLOps.Statistics;

/// <summary>
/// The most frequent strings of a stream with bounds on their counts (Misra and Gries 1982, in the form of Anderson et al. 2017 that Apache DataSketches uses).
/// </summary>
/// <remarks>
/// <para>A table of at most 0.75 x 2^lgMaxMapSize counters. When a new item finds it full, the median of all counters is taken from each and those without rest are dropped;
/// the sum of what was taken, <see cref="MaximumError"/>, bounds every error: at most 3.5 / 2^lgMaxMapSize of the total weight. Exact while everything has a counter.
/// Amortised O(1) per item; nothing is allocated for an item that has a counter.</para>
/// <para>Merges are exact in any order while nothing was dropped, within the error bound otherwise; the total is always exact. Deterministic: the median is that of all
/// counters, and the hash is fixed. An empty string is an item; a string with half a surrogate pair, which UTF-8 cannot store, is refused. Not safe for concurrent use.</para>
/// </remarks>
/// <example>
/// <code>
/// var sketch = new FrequentItems(lgMaxMapSize: 8);
/// foreach (var word in new[] { "red", "blue", "red" }) sketch.Update(word);
/// FrequentItem first = sketch.Items()[0];
/// Console.WriteLine(first.Estimate); // 2 times red
/// </code>
/// </example>
public sealed partial class FrequentItems
{
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private int _lgSize = 3;
    private string?[] _items = new string?[8];
    private ulong[] _hashes = new ulong[8];
    private long[] _counts = new long[8];

    /// <summary>An empty sketch.</summary>
    /// <param name="lgMaxMapSize">The logarithm of the largest table, 3..26; 8 by default: 192 counters, error at most 1.4 % of the total.</param>
    /// <exception cref="MLOpsInvalidException">It is out of range.</exception>
    public FrequentItems(int lgMaxMapSize = 8)
    {
        if (lgMaxMapSize is < 3 or > 26) throw new MLOpsInvalidException($"lgMaxMapSize is {lgMaxMapSize}: it must be 3 to 26.");
        LgMaxMapSize = lgMaxMapSize;
    }

    /// <summary>The logarithm of the largest table.</summary>
    public int LgMaxMapSize { get; }

    /// <summary>The weight of all items, exact.</summary>
    public long TotalWeight { get; private set; }

    /// <summary>How much an estimate can be above the true count; 0 while all counts are exact.</summary>
    public long MaximumError { get; private set; }

    /// <summary>How many items have a counter.</summary>
    public int Retained { get; private set; }

    /// <summary>Adds an item once.</summary>
    public void Update(string item) => Update(item, 1);

    /// <summary>Adds an item with a weight.</summary>
    /// <param name="item">The item.</param>
    /// <param name="weight">How often it came; 0 changes nothing.</param>
    /// <exception cref="MLOpsInvalidException">The weight is negative, or the item is no well-formed UTF-16.</exception>
    public void Update(string item, long weight)
    {
        ArgumentNullException.ThrowIfNull(item);
        if (weight <= 0)
        {
            if (weight == 0) return;
            throw new MLOpsInvalidException($"The weight of '{item}' is {weight}: it must not be negative.");
        }

        var hash = Hash(item);
        var at = Find(item, hash);
        if (_items[at] is not null) _counts[at] += weight;
        else Insert(at, item, hash, weight);
        TotalWeight += weight;
    }

    /// <summary>Adds items in order, each once.</summary>
    public void Update(ReadOnlySpan<string> items)
    {
        foreach (var item in items) Update(item, 1);
    }

    /// <summary>Takes in what another sketch has counted; that sketch stays as it is. The errors add up.</summary>
    public void Merge(FrequentItems other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var (total, error) = (checked(TotalWeight + other.TotalWeight), other.MaximumError);
        foreach (var (item, count) in other.Ordered()) Update(item, count);
        TotalWeight = total;
        MaximumError += error;
    }

    /// <summary>The estimated count of an item: its upper bound if it has a counter, else 0.</summary>
    public long Estimate(string item) => LowerBound(item) is > 0 and var count ? count + MaximumError : 0;

    /// <summary>What an item's count certainly reaches.</summary>
    public long LowerBound(string item)
    {
        ArgumentNullException.ThrowIfNull(item);
        var at = Find(item, Hash(item));
        return _items[at] is null ? 0 : _counts[at];
    }

    /// <summary>What an item's count certainly does not exceed.</summary>
    public long UpperBound(string item) => LowerBound(item) + MaximumError;

    /// <summary>The items that may, or certainly do, exceed a threshold, most frequent first, ties in ordinal order. O(m log m).</summary>
    /// <param name="threshold">The count to exceed; <see cref="MaximumError"/> when null, and never below it.</param>
    /// <param name="onlyCertain">True for items that certainly exceed it (no false positives), false for all that may (no false negatives).</param>
    public IReadOnlyList<FrequentItem> Items(long? threshold = null, bool onlyCertain = false)
    {
        var limit = Math.Max(threshold ?? 0, MaximumError);
        return [.. Ordered()
            .Select(pair => new FrequentItem(pair.Item, pair.Count + MaximumError, pair.Count))
            .Where(item => (onlyCertain ? item.LowerBound : item.Estimate) > limit)
            .OrderByDescending(static item => item.Estimate)];
    }

    private List<(string Item, long Count)> Ordered() => [.. _items
        .Select((item, at) => (Item: item!, Count: _counts[at])).Where(static pair => pair.Item is not null).OrderBy(static pair => pair.Item, StringComparer.Ordinal)];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Find(string item, ulong hash)
    {
        var hashes = _hashes;
        var mask = hashes.Length - 1;
        for (var at = (int)hash & mask; ; at = (at + 1) & mask)
        {
            var found = hashes[at];
            if (found == 0 || (found == hash && string.Equals(_items[at], item))) return at;
        }
    }

    private void Insert(int at, string item, ulong hash, long weight)
    {
        if (!IsWellFormed(item)) throw new MLOpsInvalidException("An item has half a surrogate pair: it must be well-formed UTF-16, so that it can be stored as UTF-8.");
        (_items[at], _hashes[at], _counts[at]) = (item, hash, weight);
        if (++Retained <= 3 << (_lgSize - 2)) return;
        if (_lgSize < LgMaxMapSize) Rebuild(_lgSize + 1, 0);
        else Purge();
    }

    private void Purge()
    {
        var counts = new long[Retained];
        var next = 0;
        for (var at = 0; at < _items.Length; at++)
        {
            if (_items[at] is not null) counts[next++] = _counts[at];
        }

        Array.Sort(counts);
        var median = counts[counts.Length / 2];
        Rebuild(_lgSize, median);
        MaximumError += median;
    }

    // The table anew, of another size or with an amount taken from every counter.
    private void Rebuild(int lgSize, long taken)
    {
        var (items, hashes, counts) = (_items, _hashes, _counts);
        (_lgSize, _items, _hashes, _counts, Retained) = (lgSize, new string?[1 << lgSize], new ulong[1 << lgSize], new long[1 << lgSize], 0);
        for (var from = 0; from < items.Length; from++)
        {
            if (items[from] is not { } item || counts[from] <= taken) continue;
            var at = Find(item, hashes[from]);
            (_items[at], _hashes[at], _counts[at]) = (item, hashes[from], counts[from] - taken);
            Retained++;
        }
    }

    private static bool IsWellFormed(string item)
    {
        for (var i = 0; i < item.Length; i++)
        {
            if (!char.IsSurrogate(item[i])) continue;
            if (!char.IsHighSurrogate(item[i]) || i + 1 == item.Length || !char.IsLowSurrogate(item[++i])) return false;
        }

        return true;
    }

    // Never 0, which marks a free place. Four characters at a time; the last four overlap.
    private static ulong Hash(string item)
    {
        const ulong Factor = 0x9E37_79B9_7F4A_7C15;
        var bytes = MemoryMarshal.AsBytes(item.AsSpan());
        var hash = (ulong)bytes.Length * Factor;
        ref var first = ref MemoryMarshal.GetReference(bytes);
        if (bytes.Length >= 8)
        {
            for (var i = 0; i < bytes.Length - 8; i += 8) hash = Mix(hash ^ Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, i)));
            hash ^= Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, bytes.Length - 8));
        }
        else
        {
            foreach (var character in item) hash = (hash << 16 | hash >> 48) ^ character;
        }

        return Mix(hash) | 1UL << 63;

        static ulong Mix(ulong word)
        {
            var high = Math.BigMul(word ^ 0xA076_1D64_78BD_642F, Factor, out var low);
            return high ^ low;
        }
    }
}
