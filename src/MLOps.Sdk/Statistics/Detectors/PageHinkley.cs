namespace MLOps.Statistics;

/// <summary>The Page-Hinkley test: a cumulative sum of the deviations from the running mean, that alarms when it has moved far from its extreme.</summary>
/// <remarks>
/// <para>
/// E. S. Page, "Continuous inspection schemes", Biometrika 41, 1954; D. V. Hinkley, "Inference about the change-point from cumulative sum tests", Biometrika 58, 1971. With
/// d = value - mean (this value included): up = alpha up + d - delta, down = alpha down + d + delta. Rise when up - min(up) &gt; threshold; fall when max(down) - down &gt;
/// threshold. Nothing is said before <c>minInstances</c> values.
/// </para>
/// <para>
/// <c>delta</c> and <c>threshold</c> are in the unit of the values: the defaults suit errors of 0 and 1. Constant stream: never a drift. No warning zone. Cost: O(1) per value, no memory.
/// </para>
/// <example>
/// <code>
/// var test = new PageHinkley(threshold: 20, direction: PageHinkleyDirection.Up);
/// var first = -1;
/// for (var i = 0; i &lt; 2000 &amp;&amp; first &lt; 0; i++)
///     if (test.Update(i &lt; 1000 ? i % 2 : 4 + i % 4) is { Drift: true }) first = i;
/// Console.WriteLine(first is &gt; 1000 and &lt;= 1010); // True: some values after the jump at 1000
/// </code>
/// </example>
/// </remarks>
public sealed class PageHinkley : IStreamDetector
{
    private readonly int _minInstances;
    private readonly double _delta;
    private readonly double _threshold;
    private readonly double _alpha;
    private readonly double _riseAbove;
    private readonly double _fallAbove;
    private RunningMean _mean;
    private double _up;
    private double _down;
    private double _lowest = double.PositiveInfinity;
    private double _highest = double.NegativeInfinity;

    /// <summary>A test that has seen nothing.</summary>
    /// <param name="minInstances">The first value that can alarm is this one, at least 1.</param>
    /// <param name="delta">The deviation per value that is tolerated, at least 0.</param>
    /// <param name="threshold">How far the sum may move from its extreme, at least 0: larger detects less and later.</param>
    /// <param name="alpha">The forgetting factor of the sum, in (0, 1]; 1 forgets nothing.</param>
    /// <param name="direction">Which changes count.</param>
    /// <exception cref="MLOpsInvalidException">A parameter is outside its range.</exception>
    public PageHinkley(int minInstances = 30, double delta = 0.005, double threshold = 50, double alpha = 1 - 0.0001, PageHinkleyDirection direction = PageHinkleyDirection.Both)
    {
        _minInstances = DetectorRules.AtLeast(minInstances, 1, nameof(minInstances));
        _delta = DetectorRules.AtLeast(delta, 0, nameof(delta));
        _threshold = DetectorRules.AtLeast(threshold, 0, nameof(threshold));
        if (!(alpha > 0 && alpha <= 1)) DetectorRules.Refuse(nameof(alpha), alpha, "above 0 and at most 1");
        if (!Enum.IsDefined(direction)) DetectorRules.Refuse(nameof(direction), (int)direction, "Both, Up or Down");
        _alpha = alpha;
        _riseAbove = direction == PageHinkleyDirection.Down ? double.PositiveInfinity : _threshold;
        _fallAbove = direction == PageHinkleyDirection.Up ? double.PositiveInfinity : _threshold;
    }

    /// <inheritdoc/>
    public DetectorState State { get; private set; }

    /// <summary>The mean since the last reset; 0 before the first value.</summary>
    public double Mean => _mean.Value;

    /// <inheritdoc/>
    public DetectorState Update(double value)
    {
        DetectorRules.Finite(value);
        if (State.Drift) Reset();
        _mean.Add(value);
        var deviation = value - _mean.Value;
        double up = _alpha * _up + deviation - _delta, down = _alpha * _down + deviation + _delta;
        // Without a branch: a new extreme comes too irregularly to be predicted.
        double lowest = double.MinNative(_lowest, up), highest = double.MaxNative(_highest, down);
        (_up, _down, _lowest, _highest) = (up, down, lowest, highest);
        if (_mean.Count < _minInstances) return default;
        return State = new(up - lowest > _riseAbove || highest - down > _fallAbove, false);
    }

    /// <inheritdoc/>
    public void Reset() => (_mean, _up, _down, _lowest, _highest, State) = (default, 0, 0, double.PositiveInfinity, double.NegativeInfinity, default);
}
