namespace MLOps.Statistics;

/// <summary>HDDM_A: compares the mean of the whole stream with its mean up to the best cut point, by Hoeffding's inequality. Suits abrupt changes.</summary>
/// <remarks>
/// <para>
/// I. Frias-Blanco, J. del Campo-Avila, G. Ramos-Jimenez, R. Morales-Bueno, A. Ortiz-Diaz and Y. Caballero-Mota, "Online and non-parametric drift detection methods based on
/// Hoeffding's bounds", IEEE Transactions on Knowledge and Data Engineering 27(3), 2015 (the A-test). With e(n) = sqrt(ln(1/driftConfidence) / (2n)), the cut point for a rise is where
/// mean + e is smallest. For a cut after k of n values the mean has risen when mean(n) - mean(k) &gt;= sqrt((n - k) / (2 k n) ln(2/c)): drift at c = driftConfidence, warning at
/// c = warningConfidence. A fall, only when two-sided, is the mirror image.
/// </para>
/// <para>Input: errors (0 or 1) or any values in [0, 1]. Constant stream: never a drift. Cost: O(1) per value, no memory.</para>
/// <example>
/// <code>
/// var hddm = new HddmA();
/// var first = -1;
/// for (var i = 0; i &lt; 2000 &amp;&amp; first &lt; 0; i++)
///     if (hddm.Update(error: i &lt; 1000 ? i % 10 == 9 : i % 2 == 0).Drift) first = i;
/// Console.WriteLine(first is &gt; 1000 and &lt; 1100); // True: some dozen values after the change at 1000
/// </code>
/// </example>
/// </remarks>
public sealed class HddmA : IStreamDetector
{
    private readonly double _logCut;
    private readonly double _logDrift;
    private readonly double _logWarning;
    private readonly bool _twoSided;
    private RunningMean _all;
    private RunningMean _low;
    private RunningMean _high;

    /// <summary>A detector that has seen nothing.</summary>
    /// <param name="driftConfidence">The error probability of a drift, in (0, 1).</param>
    /// <param name="warningConfidence">The error probability of a warning, in (0, 1) and at least <paramref name="driftConfidence"/>.</param>
    /// <param name="twoSided">Also watch for falls.</param>
    /// <exception cref="MLOpsInvalidException">A parameter is outside its range.</exception>
    public HddmA(double driftConfidence = 0.001, double warningConfidence = 0.005, bool twoSided = false)
    {
        DetectorRules.Probability(driftConfidence, nameof(driftConfidence));
        DetectorRules.Probability(warningConfidence, nameof(warningConfidence));
        if (warningConfidence < driftConfidence) DetectorRules.Refuse(nameof(warningConfidence), warningConfidence, "at least driftConfidence");
        _logCut = Math.Log(1 / driftConfidence);
        _logDrift = Math.Log(2 / driftConfidence);
        _logWarning = Math.Log(2 / warningConfidence);
        _twoSided = twoSided;
    }

    /// <inheritdoc/>
    public DetectorState State { get; private set; }

    /// <summary>The mean since the last reset; 0 before the first value.</summary>
    public double Mean => _all.Value;

    /// <summary>Takes the next prediction.</summary>
    /// <param name="error">Whether it was wrong.</param>
    public DetectorState Update(bool error) => Update(error ? 1.0 : 0.0);

    /// <inheritdoc/>
    /// <param name="value">0 for right, 1 for wrong, or a loss between.</param>
    public DetectorState Update(double value)
    {
        DetectorRules.Share(value);
        if (State.Drift) Reset();
        _all.Add(value);
        var bound = Bound(_all.Count);
        if (_low.Count == 0 || _low.Value + Bound(_low.Count) >= _all.Value + bound) _low = _all;
        if (_twoSided && (_high.Count == 0 || _high.Value - Bound(_high.Count) <= _all.Value - bound)) _high = _all;

        var (rise, fall) = (_all.Value - _low.Value, _twoSided ? _high.Value - _all.Value : 0);
        var drift = Exceeds(rise, _low.Count, _logDrift) || (_twoSided && Exceeds(fall, _high.Count, _logDrift));
        var warning = !drift && (Exceeds(rise, _low.Count, _logWarning) || (_twoSided && Exceeds(fall, _high.Count, _logWarning)));
        return State = new(drift, warning);
    }

    /// <inheritdoc/>
    public void Reset() => (_all, _low, _high, State) = (default, default, default, default);

    private double Bound(double count) => Math.Sqrt(1 / (2 * count) * _logCut);

    private bool Exceeds(double difference, double cut, double log)
    {
        if (cut == _all.Count) return false;
        var m = (_all.Count - cut) / cut * (1 / _all.Count);
        return difference >= Math.Sqrt(m / 2 * log);
    }
}
