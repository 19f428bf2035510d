namespace MLOps.Statistics;

/// <summary>KSWIN, Kolmogorov-Smirnov windowing: compares the newest values of a sliding window with all older ones, by the two-sample test. Finds any change of shape.</summary>
/// <remarks>
/// <para>
/// C. Raab, M. Heusinger and F.-M. Schleif, "Reactive soft prototype computing for concept drift streams", Neurocomputing 416, 2020. Drift when the p-value of
/// <see cref="TwoSample.KolmogorovSmirnov(ReadOnlySpan{double}, ReadOnlySpan{double}, PValueMethod)"/> between the newest <c>statSize</c> values and the <c>windowSize - statSize</c> before them is at most <c>alpha</c> and its statistic exceeds
/// <c>minStatistic</c>. Says nothing until the window is full; after a detection the window is empty again. The paper and River draw a random sample of the older values, so their
/// detections differ a little from run to run; here all of them count, which is deterministic and stronger.
/// </para>
/// <para>
/// The test is repeated at every value, so <c>alpha</c> is not the chance of a false alarm on a stream: choose it small. Ties make it conservative. Constant stream: never a drift. No warning
/// zone. Cost: the p-value is turned into a critical distance once, in the constructor; then O(windowSize) cheap steps per value over two windows that are kept sorted. Memory 16 bytes per
/// value of the window.
/// </para>
/// <example>
/// <code>
/// var kswin = new Kswin(alpha: 0.0001);
/// var first = -1;
/// for (var i = 0; i &lt; 1000 &amp;&amp; first &lt; 0; i++)
///     if (kswin.Update(i &lt; 500 ? i % 7 : i % 7 + 7) is { Drift: true }) first = i;
/// Console.WriteLine(first is &gt; 500 and &lt;= 530); // True: within statSize values of the shift at 500
/// </code>
/// </example>
/// </remarks>
public sealed class Kswin : IStreamDetector
{
    private readonly double[] _window;
    private readonly double[] _older;
    private readonly double[] _newest;
    private readonly long _critical;
    private int _count;
    private int _next;

    /// <summary>An empty window.</summary>
    /// <param name="alpha">The p-value at which there is a drift, in (0, 1).</param>
    /// <param name="windowSize">The values of the window, at least 2.</param>
    /// <param name="statSize">The newest of them that are compared with the others, at least 1 and fewer than <paramref name="windowSize"/>.</param>
    /// <param name="minStatistic">The statistic that must be exceeded too, in [0, 1).</param>
    /// <exception cref="MLOpsInvalidException">A parameter is outside its range.</exception>
    public Kswin(double alpha = 0.005, int windowSize = 100, int statSize = 30, double minStatistic = 0.1)
    {
        DetectorRules.Probability(alpha, nameof(alpha));
        DetectorRules.AtLeast(statSize, 1, nameof(statSize));
        if (windowSize <= statSize) DetectorRules.Refuse(nameof(windowSize), windowSize, "larger than statSize");
        if (!(minStatistic >= 0 && minStatistic < 1)) DetectorRules.Refuse(nameof(minStatistic), minStatistic, "at least 0 and below 1");
        _window = new double[windowSize];
        _older = new double[windowSize - statSize];
        _newest = new double[statSize];
        _critical = Critical(alpha, minStatistic, _older.Length, statSize);
    }

    /// <inheritdoc/>
    public DetectorState State { get; private set; }

    /// <summary>The largest distance between the two distribution functions at the last value, 0..1; NaN while the window is not full.</summary>
    public double Statistic { get; private set; } = double.NaN;

    /// <inheritdoc/>
    public DetectorState Update(double value)
    {
        DetectorRules.Finite(value);
        if (State.Drift) Reset();
        value += 0.0; // -0 becomes 0.
        var oldest = _window[_next];
        _window[_next] = value;
        _next = _next + 1 == _window.Length ? 0 : _next + 1;
        if (_count < _window.Length && ++_count < _window.Length) return State;
        if (double.IsNaN(Statistic)) Sort();
        else Slide(oldest, value);
        var largest = CdfGaps.Of(_older, _newest).Largest;
        Statistic = largest / ((double)_older.Length * _newest.Length);
        return State = new(largest >= _critical, false);
    }

    /// <inheritdoc/>
    public void Reset() => (_count, _next, Statistic, State) = (0, 0, double.NaN, default);

    // The first full window: it was filled from its beginning.
    private void Sort()
    {
        _window.AsSpan(0, _older.Length).CopyTo(_older);
        _window.AsSpan(_older.Length).CopyTo(_newest);
        _older.AsSpan().Sort();
        _newest.AsSpan().Sort();
    }

    private void Slide(double oldest, double value)
    {
        var border = _next + _older.Length - 1;
        var crossing = _window[border < _window.Length ? border : border - _window.Length];
        Replace(_older, oldest, crossing);
        Replace(_newest, crossing, value);
    }

    private static void Replace(Span<double> sorted, double gone, double come)
    {
        var from = sorted.BinarySearch(gone);
        var to = sorted.BinarySearch(come);
        if (to < 0) to = ~to;
        if (to > from)
        {
            to--;
            sorted[(from + 1)..(to + 1)].CopyTo(sorted[from..]);
        }
        else
        {
            sorted[to..from].CopyTo(sorted[(to + 1)..]);
        }

        sorted[to] = come;
    }

    // The smallest distance, times n*m, that is a drift. The p-value falls as the distance grows. Without any it is one more than the largest possible.
    private static long Critical(double alpha, double minStatistic, long n, long m)
    {
        long low = 1, high = n * m + 1;
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            var isDrift = middle / ((double)n * m) > minStatistic
                && TwoSample.KolmogorovSmirnovPValue(new CdfGaps(n, m, middle, 0, 0, 0)) <= alpha;
            (low, high) = isDrift ? (low, middle) : (middle + 1, high);
        }

        return low;
    }
}
