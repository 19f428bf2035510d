namespace MLOps.Statistics;

/// <summary>HDDM_W: compares exponentially weighted means before and after the best cut point, by McDiarmid's inequality. Suits gradual changes.</summary>
/// <remarks>
/// <para>
/// I. Frias-Blanco et al., "Online and non-parametric drift detection methods based on Hoeffding's bounds", IEEE Transactions on Knowledge and Data Engineering 27(3), 2015 (the
/// W-test). An average moves by a = lambda x + (1 - lambda) a, and its sum of squared weights by b = lambda^2 + (1 - lambda)^2 b from b = 1. With
/// e(b, c) = sqrt(b ln(1/c) / 2), the cut point for a rise is where a + e(b, driftConfidence) is smallest; a second average starts after it. Rise when the second exceeds the first by
/// more than e(b1 + b2, c): drift at c = driftConfidence, warning at c = warningConfidence. A fall, only when two-sided, is the mirror image.
/// </para>
/// <para>
/// An average starts with its first value. Input: errors (0 or 1) or any values in [0, 1]. Constant
/// stream: never a drift. Cost: O(1) per value, no memory.
/// </para>
/// <example>
/// <code>
/// var hddm = new HddmW();
/// var first = -1;
/// for (var i = 0; i &lt; 2000 &amp;&amp; first &lt; 0; i++)
///     if (hddm.Update(error: i &lt; 1000 ? i % 10 == 9 : i % 2 == 0).Drift) first = i;
/// Console.WriteLine(first is &gt; 1000 and &lt; 1100); // True: some dozen values after the change at 1000
/// </code>
/// </example>
/// </remarks>
public sealed class HddmW : IStreamDetector
{
    private readonly double _lambda;
    private readonly double _logDrift;
    private readonly double _logWarning;
    private readonly bool _twoSided;
    private Average _all;
    private Split _rise;
    private Split _fall;

    /// <summary>A detector that has seen nothing.</summary>
    /// <param name="driftConfidence">The error probability of a drift, in (0, 1).</param>
    /// <param name="warningConfidence">The error probability of a warning, in (0, 1) and at least <paramref name="driftConfidence"/>.</param>
    /// <param name="lambda">The weight of the newest value, in (0, 1).</param>
    /// <param name="twoSided">Also watch for falls.</param>
    /// <exception cref="MLOpsInvalidException">A parameter is outside its range.</exception>
    public HddmW(double driftConfidence = 0.001, double warningConfidence = 0.005, double lambda = 0.05, bool twoSided = false)
    {
        DetectorRules.Probability(driftConfidence, nameof(driftConfidence));
        DetectorRules.Probability(warningConfidence, nameof(warningConfidence));
        if (warningConfidence < driftConfidence) DetectorRules.Refuse(nameof(warningConfidence), warningConfidence, "at least driftConfidence");
        _lambda = DetectorRules.Probability(lambda, nameof(lambda));
        _logDrift = Math.Log(1 / driftConfidence);
        _logWarning = Math.Log(1 / warningConfidence);
        _twoSided = twoSided;
        Reset();
    }

    /// <inheritdoc/>
    public DetectorState State { get; private set; }

    /// <summary>The exponentially weighted mean since the last reset; 0 before the first value.</summary>
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
        _all.Add(value, _lambda);
        var bound = Math.Sqrt(_all.Weights * _logDrift / 2);
        _rise.Add(value, _lambda, _all, _all.Value + bound);
        var (drift, warning) = (_rise.Exceeds(_logDrift, 1), _rise.Exceeds(_logWarning, 1));
        if (_twoSided)
        {
            // The smallest of -(a - e) is the largest of a - e.
            _fall.Add(value, _lambda, _all, bound - _all.Value);
            drift |= _fall.Exceeds(_logDrift, -1);
            warning |= _fall.Exceeds(_logWarning, -1);
        }

        return State = new(drift, warning && !drift);
    }

    /// <inheritdoc/>
    public void Reset() => (_all, _rise, _fall, State) = (Average.Empty, Split.Empty, Split.Empty, default);

    private struct Average
    {
        public double Value;
        public double Weights;
        public bool Started;

        public static Average Empty => new() { Weights = 1 };

        public void Add(double value, double lambda)
        {
            Value = Started ? lambda * value + (1 - lambda) * Value : value;
            Weights = lambda * lambda + (1 - lambda) * (1 - lambda) * Weights;
            Started = true;
        }
    }

    private struct Split
    {
        private Average _before;
        private Average _after;
        private double _cut;

        public static Split Empty => new() { _before = Average.Empty, _after = Average.Empty, _cut = double.PositiveInfinity };

        public void Add(double value, double lambda, in Average all, double level)
        {
            if (level < _cut) (_before, _after, _cut) = (all, Average.Empty, level);
            else _after.Add(value, lambda);
        }

        public readonly bool Exceeds(double log, int sign) =>
            _before.Started && _after.Started && sign * (_after.Value - _before.Value) > Math.Sqrt((_before.Weights + _after.Weights) * log / 2);
    }
}
