using System.Globalization;
using MLOps.Data;
using MLOps.Statistics;

namespace MLOps.Monitoring;

/// <summary>
/// What blocks of the baseline's rows, as long as a window in production, differ from the other rows: the null that a window is held against. Analytic nulls take rows for independent,
/// and rows that are ordered in time are not.
/// </summary>
internal sealed class NullBlocks
{
    public const int Fewest = 8, Most = 64;
    private const ulong Seed = 20_260_101;
    private const double Confidence = 0.995;

    private readonly int[][] _blocks;

    private NullBlocks(int[][] blocks) => _blocks = blocks;

    public static NullBlocks None { get; } = new([]);

    public int Count => _blocks.Length;

    public ReadOnlySpan<int> this[int block] => _blocks[block];

    /// <summary>Blocks of equal length in time; the first and the last may be cut short and count only when at least half as many rows as usual are in them.</summary>
    public static NullBlocks ByTime(ReadOnlySpan<long> ticks, TimeSpan window)
    {
        if (ticks.IsEmpty) return new([]);
        var first = long.MaxValue;
        foreach (var tick in ticks) first = Math.Min(first, tick);
        var blocks = new SortedDictionary<long, List<int>>();
        for (var row = 0; row < ticks.Length; row++)
        {
            var at = (ticks[row] - first) / window.Ticks;
            if (!blocks.TryGetValue(at, out var block)) blocks[at] = block = [];
            block.Add(row);
        }

        var sizes = blocks.Values.Select(b => b.Count).Order().ToArray();
        return Chosen([.. blocks.Values.Where(b => b.Count * 2 >= sizes[sizes.Length / 2]).Select(b => b.ToArray())]);
    }

    /// <summary>Blocks of so many rows, drawn at random.</summary>
    public static NullBlocks ByRows(int rows, int window)
    {
        var order = Enumerable.Range(0, rows).ToArray();
        var random = new SplitMixShuffle(Seed);
        random.Shuffle<int>(order);
        return Chosen([.. order.Chunk(window).Where(b => b.Length == window).Select(b => b.Order().ToArray())]);
    }

    // Fewer tell too little of the tail; more than enough cost time and bytes. What is chosen is spread evenly.
    private static NullBlocks Chosen(int[][] blocks) => blocks.Length < Fewest ? new([])
        : blocks.Length <= Most ? new(blocks)
        : new([.. Enumerable.Range(0, Most).Select(i => blocks[(int)((long)i * blocks.Length / Most)])]);

    /// <summary>The column's profile with what each block showed in it.</summary>
    public FeatureProfile Learn(FeatureProfile profile, FeatureColumn column, ReadOnlySpan<int> sampled)
    {
        if (Count == 0) return profile;
        var shape = new ColumnShape(profile);
        var distances = new Dictionary<string, double[]>(StringComparer.Ordinal);
        var pValues = new double[Count];
        for (var b = 0; b < Count; b++)
        {
            var sample = shape.Sample(column.Pick(_blocks[b]));
            var results = DriftDecision.Compare(Without(profile, sample, _blocks[b], sampled), sample, DriftTests.BuiltIn);
            pValues[b] = Rounded(DriftDecision.Smallest(results));
            foreach (var result in results.Where(r => r.EffectFloor is not null))
            {
                if (!distances.TryGetValue(result.Test, out var values)) distances[result.Test] = values = new double[Count];
                values[b] = Rounded(result.Statistic);
            }
        }

        return profile with { NullDistances = distances.ToDictionary(d => d.Key, d => (IReadOnlyList<double>)d.Value, StringComparer.Ordinal), NullPValues = pValues };
    }

    /// <summary>What each block showed of all columns together.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<double>> LearnTogether(FeatureProfile[] features, IReadOnlyList<FeatureColumn> columns, int[] sampled)
    {
        if (Count == 0 || features.Length < 2) return new Dictionary<string, IReadOnlyList<double>>();
        features = Multivariate.Chosen(features);
        var all = ColumnMatrix.Of(features);
        var results = new IReadOnlyList<DriftTestResult>[Count];
        Parallel.For(0, Count, b =>
        {
            var inside = new HashSet<int>(_blocks[b]);
            var outside = Enumerable.Range(0, sampled.Length).Where(i => !inside.Contains(sampled[i])).ToArray();
            results[b] = Multivariate.Compare([.. all.Select(column => outside.Select(i => column[i]).ToArray())], ColumnMatrix.Of(features, columns, Multivariate.Some(_blocks[b])), new Dictionary<string, IReadOnlyList<double>>());
        });
        return results[0].Where(r => r.EffectFloor is not null && results.All(b => b.Any(o => o.Test == r.Test)))
            .ToDictionary(r => r.Test, r => (IReadOnlyList<double>)results.Select(b => Rounded(b.First(o => o.Test == r.Test).Statistic)).ToArray(), StringComparer.Ordinal);
    }

    /// <summary>The least that a distance must reach to be more than what blocks of the baseline show; null when too few were seen.</summary>
    /// <remarks>The larger of the 99.5 % quantile and of the limit that one more block stays below in 99.5 of 100 cases, of all blocks or of all but one.</remarks>
    public static double? Limit(FeatureProfile profile, string test, int except = -1)
    {
        if (!profile.NullDistances.TryGetValue(test, out var distances)) return null;
        if (test != PopulationStabilityDrift.TestName) return Limit(distances, except);
        // An index that grows as the square of a distance is far from symmetric: its root is judged.
        return Limit([.. distances.Select(Math.Sqrt)], except) is { } root ? root * root : null;
    }

    public static double? Limit(IReadOnlyList<double> distances, int except = -1)
    {
        double[] kept = [.. distances.Where((_, block) => block != except)];
        return kept.Length < Fewest - 1 ? null : Math.Max(PredictionLimit.Upper(kept, Confidence), Quantile.Of(kept, [Confidence])[0]);
    }

    /// <summary>The profile of the rows that are not in the block.</summary>
    private static FeatureProfile Without(FeatureProfile profile, FeatureSample block, int[] rows, ReadOnlySpan<int> sampled)
    {
        var cells = profile.Cells();
        for (var i = 0; i < cells.Length; i++) cells[i] -= block.Counts[i];
        var inside = new HashSet<int>(rows);
        var kept = new List<double>(sampled.Length);
        for (var i = 0; i < sampled.Length; i++)
            if (!inside.Contains(sampled[i])) kept.Add(profile.Sample[i]);
        var isNumber = profile.Kind is FeatureKind.Number;
        return profile with
        {
            Count = profile.Count - (block.Rows - block.Missing),
            Missing = profile.Missing - block.Missing,
            Counts = isNumber ? cells : cells[..^1],
            OtherCount = isNumber ? 0 : cells[^1],
            Sample = kept.ToArray(),
        };
    }

    // Six digits are more than such a number means, and make the document small.
    private static double Rounded(double value) => value == 0 || !double.IsFinite(value) || Math.Abs(value) is < 1e-290 or > 1e290 ? value
        : double.Parse(value.ToString("G6", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
