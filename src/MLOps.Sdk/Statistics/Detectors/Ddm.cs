namespace MLOps.Statistics;

/// <summary>DDM, drift detection method: a model's error rate should only fall; alarms when it has risen well above its lowest.</summary>
/// <remarks>
/// <para>
/// J. Gama, P. Medas, G. Castillo and P. Rodrigues, "Learning with drift detection", SBIA 2004. With p the error rate since the last reset and s = sqrt(p (1 - p) / n), keeps the
/// (p, s) of the smallest p + s. Warning when p + s &gt; p_min + warningThreshold s_min, drift when p + s &gt; p_min + driftThreshold s_min. Nothing is said, and no
/// minimum taken, in the first <c>warmStart</c> values.
/// </para>
/// <para>
/// Input: 1 for a wrong prediction, 0 for a right one; a loss in [0, 1] is accepted too (then s is an upper bound). Constant stream: never a drift. A model that made no error during
/// the warm start has s_min = 0, so that its first error alarms. Cost: O(1) per value, no memory.
/// </para>
/// <example>
/// <code>
/// var ddm = new Ddm();
/// var first = -1;
/// for (var i = 0; i &lt; 2000 &amp;&amp; first &lt; 0; i++)
///     if (ddm.Update(error: i &lt; 1000 ? i % 10 == 9 : i % 2 == 0).Drift) first = i;
/// Console.WriteLine(first is &gt; 1000 and &lt; 1100); // True: some dozen values after the change at 1000
/// </code>
/// </example>
/// </remarks>
public sealed class Ddm : IStreamDetector
{
    private readonly int _warmStart;
    private readonly double _warningThreshold;
    private readonly double _driftThreshold;
    private RunningMean _rate;
    private double _lowest = double.PositiveInfinity;
    private double _warnAbove;
    private double _driftAbove;

    /// <summary>A detector that has seen nothing.</summary>
    /// <param name="warmStart">How many values are only collected, at least 1.</param>
    /// <param name="warningThreshold">Standard deviations above the lowest rate that warn, at least 0.</param>
    /// <param name="driftThreshold">Standard deviations above the lowest rate that are a drift, at least <paramref name="warningThreshold"/>.</param>
    /// <exception cref="MLOpsInvalidException">A parameter is outside its range.</exception>
    public Ddm(int warmStart = 30, double warningThreshold = 2, double driftThreshold = 3)
    {
        _warmStart = DetectorRules.AtLeast(warmStart, 1, nameof(warmStart));
        _warningThreshold = DetectorRules.AtLeast(warningThreshold, 0, nameof(warningThreshold));
        _driftThreshold = DetectorRules.AtLeast(driftThreshold, warningThreshold, nameof(driftThreshold));
    }

    /// <inheritdoc/>
    public DetectorState State { get; private set; }

    /// <summary>The error rate since the last reset; 0 before the first value.</summary>
    public double ErrorRate => _rate.Value;

    /// <summary>Takes the next prediction.</summary>
    /// <param name="error">Whether it was wrong.</param>
    public DetectorState Update(bool error) => Update(error ? 1.0 : 0.0);

    /// <inheritdoc/>
    /// <param name="value">0 for right, 1 for wrong, or a loss between.</param>
    public DetectorState Update(double value)
    {
        DetectorRules.Share(value);
        if (State.Drift) Reset();
        _rate.Add(value);
        if (_rate.Count <= _warmStart) return State;
        var rate = _rate.Value;
        // A mean of ones may be a hair above one, and the root of a negative number is none.
        var deviation = Math.Sqrt(Math.Max(0, rate * (1 - rate) / _rate.Count));
        var level = rate + deviation;
        if (level <= _lowest)
            (_lowest, _warnAbove, _driftAbove) = (level, rate + _warningThreshold * deviation, rate + _driftThreshold * deviation);
        var drift = level > _driftAbove;
        return State = new(drift, !drift && level > _warnAbove);
    }

    /// <inheritdoc/>
    public void Reset() => (_rate, _lowest, State) = (default, double.PositiveInfinity, default);
}
