namespace MLOps.Statistics;

/// <summary>
/// A confidence sequence for the mean of bounded values: an interval after every value, all of which together hold the mean with the stated confidence, so that one may look at every moment and stop when one likes.
/// </summary>
/// <remarks>
/// Predictable plug-in empirical Bernstein (Waudby-Smith and Ramdas 2023, "Estimating means of bounded random variables by betting", theorem 2; idea: Howard, Ramdas, McAuliffe and
/// Sekhon 2021). With values scaled to 0..1: weights l_t = min(1/2, sqrt(2 ln(2/alpha) / (v_(t-1) t ln(1+t)))), v and m the running variance and mean started at 1/4 and 1/2; the interval is
/// sum(l x)/sum(l) +- (ln(2/alpha) + sum 4 (x_t - m_(t-1))^2 (-ln(1-l_t) - l_t)/4) / sum(l), intersected with all earlier ones. Needs only that each value's mean given the past
/// is the same: no independence, no known variance. Narrow when the variance is small. O(1) per value. A NaN value or one out of range throws. Not safe for concurrent use.
/// </remarks>
/// <example><code>
/// var sequence = new EmpiricalBernsteinSequence(lower: 0, upper: 1, confidence: 0.95);
/// for (var i = 0; i &lt; 1000; i++) sequence.Update(i % 10 == 0 ? 1 : 0);
/// Interval mean = sequence.Current;     
/// Console.WriteLine(mean.Contains(0.1)); // True
/// </code></example>
public sealed class EmpiricalBernsteinSequence
{
    private readonly double _lower, _width, _logs;
    private double _sum, _squares, _weights, _weighted, _penalty, _from, _to;

    /// <summary>No values yet: the interval is the whole range.</summary>
    /// <param name="lower">The smallest possible value, finite (-1 for a difference of two values in 0..1).</param>
    /// <param name="upper">The largest possible value, finite and above <paramref name="lower"/>.</param>
    /// <param name="confidence">Between 0 and 1; 0.95 by default.</param>
    /// <exception cref="MLOpsInvalidException">A number is out of range.</exception>
    public EmpiricalBernsteinSequence(double lower, double upper, double confidence = 0.95)
    {
        if (!(lower < upper) || !double.IsFinite(upper - lower)) throw new MLOpsInvalidException($"The values lie between {lower} and {upper}: both must be finite, the first the smaller.");
        Confidence = Rows.Confidence(confidence);
        (_lower, _width, _to, _logs) = (lower, upper - lower, 1, Math.Log(2 / (1 - confidence)));
    }

    /// <summary>How surely all intervals together hold the mean.</summary>
    public double Confidence { get; }

    /// <summary>Values so far.</summary>
    public long Count { get; private set; }

    /// <summary>The interval now; its estimate is the plain mean (NaN before the first value). Empty (lower above upper) only if the values' mean moved, or with probability 1 - confidence.</summary>
    public Interval Current => new(Count == 0 ? double.NaN : _lower + _width * _sum / Count, _lower + _width * _from, _lower + _width * _to, Confidence);

    /// <summary>One value more.</summary>
    /// <exception cref="MLOpsInvalidException">It is NaN or out of range; the sequence is unchanged.</exception>
    public void Update(double value)
    {
        var x = (value - _lower) / _width;
        if (!(value >= _lower && value <= _lower + _width)) throw new MLOpsInvalidException($"The value {value} is out of range: it must be {_lower} to {_lower + _width}.");
        double before = Count, mean = (0.5 + _sum) / (before + 1), variance = (0.25 + _squares) / (before + 1);
        Count++;
        var weight = Math.Min(0.5, Math.Sqrt(2 * _logs / (variance * Count * Math.Log(1.0 + Count))));
        _penalty += (x - mean) * (x - mean) * (-Math.Log(1 - weight) - weight);
        _weights += weight;
        _weighted += weight * x;
        _sum += x;
        var after = (0.5 + _sum) / (Count + 1);
        _squares += (x - after) * (x - after);
        double centre = _weighted / _weights, half = (_logs + _penalty) / _weights;
        (_from, _to) = (Math.Max(_from, centre - half), Math.Min(_to, centre + half));
    }

    /// <summary>Values in order.</summary>
    /// <exception cref="MLOpsInvalidException">One is NaN or out of range; those before it are taken.</exception>
    public void Update(ReadOnlySpan<double> values)
    {
        foreach (var value in values) Update(value);
    }
}
