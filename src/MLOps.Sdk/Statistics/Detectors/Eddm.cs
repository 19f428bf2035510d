namespace MLOps.Statistics;

/// <summary>EDDM, early drift detection method: alarms when errors come closer together than they used to. Finds gradual changes sooner than <see cref="Ddm"/>.</summary>
/// <remarks>
/// <para>
/// M. Baena-Garcia, J. del Campo-Avila, R. Fidalgo, A. Bifet, R. Gavalda and R. Morales-Bueno, "Early drift detection method", Fourth International Workshop on Knowledge Discovery
/// from Data Streams, 2006. With mean and standard deviation (divisor n - 1) of the number of values from one error to the next, level = (mean + 2 sd) / its largest so far: warning below
/// <c>alpha</c>, drift below <c>beta</c>. Says nothing before <c>warmStart</c> values and as many errors. Between two errors the state stays.
/// </para>
/// <para>Input: 1 for a wrong prediction, 0 for a right one, nothing else. Constant stream: never a drift. Cost: O(1) per value, no memory.</para>
/// <example>
/// <code>
/// var eddm = new Eddm();
/// var first = -1;
/// for (var i = 0; i &lt; 2000 &amp;&amp; first &lt; 0; i++)
///     if (eddm.Update(error: i &lt; 1000 ? i % 10 == 9 : i % 2 == 0).Drift) first = i;
/// Console.WriteLine(first is &gt; 1000 and &lt; 1300); // True: after the change at 1000
/// </code>
/// </example>
/// </remarks>
public sealed class Eddm : IStreamDetector
{
    private readonly int _warmStart;
    private readonly double _alpha;
    private readonly double _beta;
    private RunningMean _distance;
    private double _squares;
    private double _farthest = -1;
    private long _count;
    private long _lastError;

    /// <summary>A detector that has seen nothing.</summary>
    /// <param name="warmStart">How many errors are only collected, at least 1.</param>
    /// <param name="alpha">The share of the largest distance below which it warns, in (0, 1).</param>
    /// <param name="beta">The share of the largest distance below which there is a drift, in (0, 1) and at most <paramref name="alpha"/>.</param>
    /// <exception cref="MLOpsInvalidException">A parameter is outside its range.</exception>
    public Eddm(int warmStart = 30, double alpha = 0.95, double beta = 0.9)
    {
        _warmStart = DetectorRules.AtLeast(warmStart, 1, nameof(warmStart));
        _alpha = DetectorRules.Probability(alpha, nameof(alpha));
        _beta = DetectorRules.Probability(beta, nameof(beta));
        if (beta > alpha) DetectorRules.Refuse(nameof(beta), beta, "at most alpha");
    }

    /// <inheritdoc/>
    public DetectorState State { get; private set; }

    /// <summary>The mean number of values from one error to the next since the last reset; 0 before the first error.</summary>
    public double MeanDistance => _distance.Value;

    /// <inheritdoc/>
    /// <param name="value">0 for right, 1 for wrong.</param>
    public DetectorState Update(double value)
    {
        if (value != 0 && value != 1) DetectorRules.Refuse(nameof(value), value, "0 or 1");
        return Update(value == 1);
    }

    /// <summary>Takes the next prediction.</summary>
    /// <param name="error">Whether it was wrong.</param>
    public DetectorState Update(bool error)
    {
        if (State.Drift) Reset();
        _count++;
        if (!error) return State;
        double distance = _count - _lastError;
        _lastError = _count;
        var before = _distance.Value;
        _distance.Add(distance);
        _squares += (distance - before) * (distance - _distance.Value);
        if (_count <= _warmStart) return State;
        var variance = _distance.Count > 1 ? _squares / (_distance.Count - 1) : 0;
        var reach = _distance.Value + 2 * Math.Sqrt(variance);
        if (reach > _farthest)
        {
            _farthest = reach;
            return State;
        }

        if (_distance.Count <= _warmStart) return State;
        var level = reach / _farthest;
        return State = new(level < _beta, level >= _beta && level < _alpha);
    }

    /// <inheritdoc/>
    public void Reset() => (_distance, _squares, _farthest, _count, _lastError, State) = (default, 0, -1, 0, 0, default);
}
