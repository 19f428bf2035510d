namespace MLOps.Statistics;

/// <summary>How far numeric predictions are from the truth. Mergeable: the metrics of two windows added give those of both together.</summary>
/// <remarks>Pairs in which either number is NaN are left out and counted. Start from <see cref="Empty"/>.</remarks>
/// <param name="Errors">The moments of prediction minus truth.</param>
/// <param name="Truths">The moments of the truth.</param>
/// <param name="SumOfAbsoluteErrors">The sum of |prediction - truth|.</param>
/// <param name="Skipped">Pairs left out because a number was NaN or the error was infinite.</param>
public readonly record struct RegressionMetrics(Moments Errors, Moments Truths, double SumOfAbsoluteErrors, long Skipped)
{
    /// <summary>No pairs yet.</summary>
    public static RegressionMetrics Empty { get; } = new(Moments.Empty, Moments.Empty, 0, 0);

    /// <summary>The metrics of some predictions: O(n).</summary>
    /// <param name="truths">What really happened.</param>
    /// <param name="predictions">What was predicted, in the same order.</param>
    /// <exception cref="MLOpsInvalidException">The lengths differ.</exception>
    public static RegressionMetrics Of(ReadOnlySpan<double> truths, ReadOnlySpan<double> predictions)
    {
        if (truths.Length != predictions.Length) throw new MLOpsInvalidException($"There are {truths.Length} truths and {predictions.Length} predictions: every prediction needs its truth.");
        var result = Empty;
        for (var i = 0; i < truths.Length; i++) result = result.Add(truths[i], predictions[i]);
        return result;
    }

    /// <summary>Pairs that took part.</summary>
    public long Count => Errors.Count;

    /// <summary>The root of the mean squared error, in the target's unit; NaN without pairs.</summary>
    public double Rmse => Math.Sqrt(SumOfSquaredErrors / CountOrNaN);

    /// <summary>The mean absolute error, in the target's unit; NaN without pairs.</summary>
    public double Mae => SumOfAbsoluteErrors / CountOrNaN;

    /// <summary>The mean of prediction minus truth: above 0 when predictions are too high; NaN without pairs.</summary>
    public double Bias => Count == 0 ? double.NaN : Errors.Mean;

    /// <summary>The coefficient of determination, 1 - squared errors / squared deviations of the truth from its mean: 1 is perfect, 0 as good as the mean. NaN when the truth is constant.</summary>
    public double R2 => Truths.SumOfSquares > 0 ? 1 - SumOfSquaredErrors / Truths.SumOfSquares : double.NaN;

    /// <summary>These metrics with one pair more.</summary>
    public RegressionMetrics Add(double truth, double prediction)
    {
        var error = prediction - truth;
        if (!double.IsFinite(error)) return this with { Skipped = Skipped + 1 };
        return this with { Errors = Errors.Add(error), Truths = Truths.Add(truth), SumOfAbsoluteErrors = SumOfAbsoluteErrors + Math.Abs(error) };
    }

    /// <summary>The metrics of both parts together.</summary>
    public RegressionMetrics Merge(RegressionMetrics other) =>
        new(Errors + other.Errors, Truths + other.Truths, SumOfAbsoluteErrors + other.SumOfAbsoluteErrors, Skipped + other.Skipped);

    /// <summary>See <see cref="Merge"/>.</summary>
    public static RegressionMetrics operator +(RegressionMetrics left, RegressionMetrics right) => left.Merge(right);

    private double CountOrNaN => Count == 0 ? double.NaN : Count;

    private double SumOfSquaredErrors => Errors.SumOfSquares + Errors.Mean * Errors.Mean * Errors.Count;
}
