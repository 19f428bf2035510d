namespace MLOps.Statistics;

/// <summary>ADWIN, adaptive windowing: keeps a window of the stream as long as its mean looks constant, and drops its oldest part when two parts of it differ.</summary>
/// <remarks>
/// <para>
/// A. Bifet and R. Gavalda, "Learning from time-changing data with adaptive windowing", SIAM International Conference on Data Mining 2007 (ADWIN2); variances of merged buckets
/// by Chan's formula as in Babcock, Datar, Motwani and O'Callaghan 2003. The window is held as an exponential histogram: row i holds up to <c>maxBuckets</c> buckets of 2^i values
/// each, and the two oldest of a row that overflows become one of the next. Every <c>clock</c> values each border between two buckets, oldest first, is tried as a cut into n0
/// older and n1 newer values: drift when
/// </para>
/// <para>
/// |mean0 - mean1| &gt; sqrt(2 m s2 d) + 2/3 m d, with m = 1/(n0 - minWindowLength + 1) + 1/(n1 - minWindowLength + 1), s2 the variance of the window (divisor n) and
/// d = ln(2 ln(n) / delta); the oldest bucket goes, and the cuts are tried again. Behaves as upstream River: all buckets of a row are tried.
/// </para>
/// <para>
/// Range: the false-alarm bound holds for values in [0, 1], such as errors or bounded losses. Others are accepted and work (scale them for the bound to mean something): the
/// variance term follows the unit of the data, the 2/3 m d term does not. Constant stream: never a drift (from
/// magnitudes of about 1e9 on, the rounding of the sums may look like one). No warning zone. Cost: O(1) amortised per value and
/// O(maxBuckets log n) every <c>clock</c> values; memory fixed, about 5 KB at the defaults.
/// </para>
/// <example>
/// <code>
/// var adwin = new Adwin(delta: 0.002);
/// var detected = new List&lt;int&gt;();
/// for (var i = 0; i &lt; 2000; i++)
///     if (adwin.Update(i &lt; 1000 ? i % 2 : 4 + i % 4) is { Drift: true }) detected.Add(i);
/// Console.WriteLine(detected[0]); // 1023: the first check after the jump at 1000
/// </code>
/// </example>
/// </remarks>
public sealed class Adwin : IStreamDetector
{
    // 5 buckets of 2^47 values in the last row: no stream gets there.
    private const int Rows = 48;

    private readonly double _delta;
    private readonly int _clock;
    private readonly int _maxBuckets;
    private readonly int _minWindowLength;
    private readonly int _gracePeriod;
    private readonly int[] _counts = new int[Rows];

    // Row i owns the cells from i * (_maxBuckets + 1), oldest bucket first.
    private readonly double[] _totals;
    private readonly double[] _squares;
    private int _rows = 1;
    private int _untilCheck;
    private double _width;
    private double _total;
    private double _squared;

    /// <summary>An empty window.</summary>
    /// <param name="delta">The confidence of the cut, in (0, 1): smaller detects less and later.</param>
    /// <param name="clock">Cuts are tried every so many values, at least 1: 1 finds changes soonest and costs most.</param>
    /// <param name="maxBuckets">The buckets of a row, at least 2: more cuts are tried, at more cost.</param>
    /// <param name="minWindowLength">The fewest values on either side of a cut, at least 1.</param>
    /// <param name="gracePeriod">No cut is tried before the window is longer than this, at least 0.</param>
    /// <exception cref="MLOpsInvalidException">A parameter is outside its range.</exception>
    public Adwin(double delta = 0.002, int clock = 32, int maxBuckets = 5, int minWindowLength = 5, int gracePeriod = 10)
    {
        _delta = DetectorRules.Probability(delta, nameof(delta));
        _clock = DetectorRules.AtLeast(clock, 1, nameof(clock));
        _maxBuckets = DetectorRules.AtLeast(maxBuckets, 2, nameof(maxBuckets));
        if (maxBuckets > 1024) DetectorRules.Refuse(nameof(maxBuckets), maxBuckets, "at most 1024");
        _minWindowLength = DetectorRules.AtLeast(minWindowLength, 1, nameof(minWindowLength));
        _gracePeriod = DetectorRules.AtLeast(gracePeriod, 0, nameof(gracePeriod));
        _totals = new double[Rows * (maxBuckets + 1)];
        _squares = new double[_totals.Length];
        _untilCheck = clock;
    }

    /// <inheritdoc/>
    public DetectorState State { get; private set; }

    /// <summary>How many of the newest values the window holds.</summary>
    public long Width => (long)_width;

    /// <summary>The mean of the window; NaN while it is empty.</summary>
    public double Mean => _total / _width;

    /// <summary>The variance of the window, divisor n; NaN while it is empty.</summary>
    public double Variance => _squared / _width;

    /// <inheritdoc/>
    public DetectorState Update(double value)
    {
        DetectorRules.Finite(value);
        if (State.Drift) Reset();
        if (_width > 0)
        {
            var gap = value - _total / _width;
            _squared += _width * gap * gap / (_width + 1);
        }

        _width++;
        _total += value;
        Append(0, value, 0);
        if (_counts[0] > _maxBuckets) Compress();
        if (--_untilCheck > 0) return State;
        _untilCheck = _clock;
        State = new(_width > _gracePeriod && Shrink(), false);
        return State;
    }

    /// <inheritdoc/>
    public void Reset()
    {
        Array.Clear(_counts);
        (_rows, _untilCheck, _width, _total, _squared, State) = (1, _clock, 0, 0, 0, default);
    }

    private void Append(int row, double total, double squares)
    {
        var cell = row * (_maxBuckets + 1) + _counts[row]++;
        (_totals[cell], _squares[cell]) = (total, squares);
    }

    private void RemoveOldest(int row, int count)
    {
        var first = row * (_maxBuckets + 1);
        var left = _counts[row] -= count;
        _totals.AsSpan(first + count, left).CopyTo(_totals.AsSpan(first));
        _squares.AsSpan(first + count, left).CopyTo(_squares.AsSpan(first));
    }

    private void Compress()
    {
        var size = 1.0;
        for (var row = 0; _counts[row] > _maxBuckets; row++, size *= 2)
        {
            var first = row * (_maxBuckets + 1);
            var gap = _totals[first] / size - _totals[first + 1] / size;
            Append(row + 1, _totals[first] + _totals[first + 1], _squares[first] + _squares[first + 1] + size * gap * gap / 2);
            RemoveOldest(row, 2);
            _rows = Math.Max(_rows, row + 2);
        }
    }

    private bool Shrink()
    {
        var found = false;
        while (HasCut())
        {
            found = true;
            DropOldest();
        }

        return found;
    }

    private bool HasCut()
    {
        var confidence = Math.Log(2 * Math.Log(_width) / _delta);
        var variance = _squared / _width;
        double n0 = 0, u0 = 0, n1 = _width, u1 = _total;
        for (var row = _rows - 1; row >= 0; row--)
        {
            var size = (double)(1L << row);
            foreach (var total in _totals.AsSpan(row * (_maxBuckets + 1), _counts[row]))
            {
                (n0, n1, u0, u1) = (n0 + size, n1 - size, u0 + total, u1 - total);
                if (n1 < _minWindowLength) return false;
                if (n0 < _minWindowLength) continue;
                var gap = Math.Abs(u0 / n0 - u1 / n1);
                var m = 1 / (n0 - _minWindowLength + 1) + 1 / (n1 - _minWindowLength + 1);
                var linear = 2.0 / 3 * confidence * m;
                // Most cuts end here, without the root.
                if (gap > linear && gap > Math.Sqrt(2 * m * variance * confidence) + linear) return true;
            }
        }

        return false;
    }

    private void DropOldest()
    {
        var row = _rows - 1;
        var size = (double)(1L << row);
        var (total, squares) = (_totals[row * (_maxBuckets + 1)], _squares[row * (_maxBuckets + 1)]);
        _width -= size;
        _total -= total;
        var gap = total / size - _total / _width;
        // Rounding may leave a hair below zero, whose root is not a number.
        _squared = Math.Max(0, _squared - (squares + size * _width * gap * gap / (size + _width)));
        RemoveOldest(row, 1);
        if (_counts[row] == 0) _rows = Math.Max(1, _rows - 1);
    }
}
