namespace MLOps.Statistics;

/// <summary>Draws as many items as there are, with replacement, from counted cells: Walker's alias method as Vose built it (1991), O(1) a draw.</summary>
internal sealed class CellSampler
{
    private readonly ulong[] _threshold;
    private readonly int[] _alias;
    private readonly long[] _drawn;
    private readonly long _total;
    private SplitMix _random;

    public CellSampler(long[] counts, ulong seed)
    {
        (_threshold, _alias, _drawn, _random) = (new ulong[counts.Length], new int[counts.Length], new long[counts.Length], new SplitMix(seed));
        _total = counts.Sum();
        // Whole numbers: cell i holds counts[i] x cells of a total x cells, each column total of them, so that the table is exact.
        Stack<int> small = [], large = [];
        var mass = counts.Select(c => (Int128)c * counts.Length).ToArray();
        for (var i = 0; i < mass.Length; i++) (mass[i] < _total ? small : large).Push(i);
        Array.Fill(_threshold, (ulong)_total);
        while (small.Count > 0 && large.Count > 0)
        {
            int less = small.Pop(), more = large.Pop();
            (_threshold[less], _alias[less]) = ((ulong)mass[less], more);
            mass[more] -= _total - mass[less];
            (mass[more] < _total ? small : large).Push(more);
        }
    }

    /// <summary>The counts of one draw; overwritten by the next.</summary>
    public ReadOnlySpan<long> Draw()
    {
        Array.Clear(_drawn);
        for (var i = 0L; i < _total; i++)
        {
            var column = (int)_random.Below((ulong)_threshold.Length);
            _drawn[_random.Below((ulong)_total) < _threshold[column] ? column : _alias[column]]++;
        }

        return _drawn;
    }
}
