namespace MLOps.Statistics;

/// <summary>How far numeric predictions are from the truth. Mergeable: the metrics of two windows added give those of both together.</summary>
/// <remarks>Pairs in which either number is NaN are left out and counted. Start from <see cref="Empty"/>. What needs all pairs at once (median, ranks) is a static method.</remarks>
/// <example><code>
/// var metrics = RegressionMetrics.Of([1, 2, 4], [1, 3, 2]);
/// double mae = metrics.Mae;                                                       // 1
/// double median = RegressionMetrics.MedianAbsoluteError([1, 2, 4], [1, 3, 2]);    // 1
/// </code></example>
/// <param name="Errors">The moments of prediction minus truth.</param>
/// <param name="Truths">The moments of the truth.</param>
/// <param name="SumOfAbsoluteErrors">The sum of |prediction - truth|.</param>
/// <param name="Skipped">Pairs left out because a number was NaN or the error was infinite.</param>
public readonly record struct RegressionMetrics(Moments Errors, Moments Truths, double SumOfAbsoluteErrors, long Skipped)
{
    /// <summary>No pairs yet.</summary>
    public static RegressionMetrics Empty { get; } = new(Moments.Empty, Moments.Empty, 0, 0);

    /// <summary>The metrics of some predictions: O(n), allocates nothing.</summary>
    /// <param name="truths">What really happened.</param>
    /// <param name="predictions">What was predicted, in the same order.</param>
    /// <exception cref="MLOpsInvalidException">The lengths differ.</exception>
    public static RegressionMetrics Of(ReadOnlySpan<double> truths, ReadOnlySpan<double> predictions)
    {
        Rows.Same(truths.Length, predictions.Length, "predictions");
        var result = Empty;
        for (var i = 0; i < truths.Length; i++) result = result.Add(truths[i], predictions[i]);
        return result;
    }

    /// <summary>The median of |prediction - truth|, in the target's unit: half of the predictions are nearer. O(n log n). Pairs with NaN are left out; NaN without pairs.</summary>
    /// <param name="truths">What really happened.</param>
    /// <param name="predictions">What was predicted, in the same order.</param>
    /// <exception cref="MLOpsInvalidException">The lengths differ.</exception>
    public static double MedianAbsoluteError(ReadOnlySpan<double> truths, ReadOnlySpan<double> predictions)
    {
        Rows.Same(truths.Length, predictions.Length, "predictions");
        var errors = new double[truths.Length];
        for (var i = 0; i < errors.Length; i++) errors[i] = Math.Abs(predictions[i] - truths[i]);
        using var sorted = SortedSample.Of(errors);
        return sorted.Values.IsEmpty ? double.NaN : Quantile.OfSorted(sorted.Values, 0.5);
    }

    /// <summary>The sum of |error| / |truth|, for <see cref="Mape"/>.</summary>
    public double SumOfRelativeErrors { get; init; }

    /// <summary>The sum of squared differences of ln(1 + x), for <see cref="Rmsle"/>; NaN once a truth was negative.</summary>
    public double SumOfSquaredLogErrors { get; init; }

    /// <summary>Pairs that took part.</summary>
    public long Count => Errors.Count;

    /// <summary>The mean squared error, in the target's unit squared; NaN without pairs.</summary>
    public double Mse => SumOfSquaredErrors / CountOrNaN;

    /// <summary>The root of the mean squared error, in the target's unit; NaN without pairs.</summary>
    public double Rmse => Math.Sqrt(Mse);

    /// <summary>The mean absolute error, in the target's unit; NaN without pairs.</summary>
    public double Mae => SumOfAbsoluteErrors / CountOrNaN;

    /// <summary>The largest |prediction - truth|, in the target's unit; NaN without pairs.</summary>
    public double MaxError => Math.Max(Math.Abs(Errors.Min), Math.Abs(Errors.Max));

    /// <summary>The mean of prediction minus truth: above 0 when predictions are too high; NaN without pairs.</summary>
    public double Bias => Count == 0 ? double.NaN : Errors.Mean;

    /// <summary>The coefficient of determination, 1 - squared errors / squared deviations of the truth from its mean: 1 is perfect, 0 as good as the mean. NaN when the truth is constant.</summary>
    public double R2 => Truths.SumOfSquares > 0 ? 1 - SumOfSquaredErrors / Truths.SumOfSquares : double.NaN;

    /// <summary>1 - variance of the errors / variance of the truth: <see cref="R2"/> with the bias forgiven. NaN when the truth is constant.</summary>
    public double ExplainedVariance => Truths.SumOfSquares > 0 ? 1 - Errors.SumOfSquares / Truths.SumOfSquares : double.NaN;

    /// <summary>The mean of |error| / max(|truth|, 2.2e-16): 0.1 is ten percent. Enormous when a truth is 0 and its prediction is not; NaN without pairs.</summary>
    public double Mape => SumOfRelativeErrors / CountOrNaN;

    /// <summary>
    /// The root of the mean squared difference of ln(1 + prediction) and ln(1 + truth). A prediction below 0 counts as 0; NaN when a truth is below 0 (the metric has no meaning) or without pairs.
    /// </summary>
    public double Rmsle => Math.Sqrt(SumOfSquaredLogErrors / CountOrNaN);

    /// <summary>These metrics with one pair more.</summary>
    public RegressionMetrics Add(double truth, double prediction)
    {
        var error = prediction - truth;
        if (!double.IsFinite(error)) return this with { Skipped = Skipped + 1 };
        var log = truth < 0 ? double.NaN : Math.Log(1 + Math.Max(0, prediction)) - Math.Log(1 + truth);
        return new(Errors.Add(error), Truths.Add(truth), SumOfAbsoluteErrors + Math.Abs(error), Skipped)
        {
            SumOfRelativeErrors = SumOfRelativeErrors + Math.Abs(error) / Math.Max(Math.Abs(truth), 2.220446049250313e-16),
            SumOfSquaredLogErrors = SumOfSquaredLogErrors + log * log,
        };
    }

    /// <summary>The metrics of both parts together.</summary>
    public RegressionMetrics Merge(RegressionMetrics other) =>
        new(Errors + other.Errors, Truths + other.Truths, SumOfAbsoluteErrors + other.SumOfAbsoluteErrors, Skipped + other.Skipped)
        {
            SumOfRelativeErrors = SumOfRelativeErrors + other.SumOfRelativeErrors,
            SumOfSquaredLogErrors = SumOfSquaredLogErrors + other.SumOfSquaredLogErrors,
        };

    /// <summary>See <see cref="Merge"/>.</summary>
    public static RegressionMetrics operator +(RegressionMetrics left, RegressionMetrics right) => left.Merge(right);

    private double CountOrNaN => Count == 0 ? double.NaN : Count;

    private double SumOfSquaredErrors => Errors.SumOfSquares + Errors.Mean * Errors.Mean * Errors.Count;
}
