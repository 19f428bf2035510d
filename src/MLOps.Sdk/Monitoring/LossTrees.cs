using MLOps.Statistics;

namespace MLOps.Monitoring;

/// <summary>Boosted trees that learned the absolute and the squared error of a baseline's sampled rows from their columns and the answer.</summary>
internal sealed class LossTrees
{
    private const int FewestRows = 50;

    private readonly BoostedTrees _absolute, _squared;

    private LossTrees(BoostedTrees absolute, BoostedTrees squared, double noise, double squaredNoise) => (_absolute, _squared, Noise, SquaredNoise) = (absolute, squared, noise, squaredNoise);

    /// <summary>How far single absolute errors lie from their mean; of one row.</summary>
    public double Noise { get; }

    /// <summary>The same of squared errors.</summary>
    public double SquaredNoise { get; }

    /// <summary>Null when the baseline has too few rows with an answer and a label.</summary>
    public static LossTrees? Fit(Baseline baseline, FeatureProfile[] features)
    {
        if (baseline.Prediction is not { } prediction || baseline.Labels.Count == 0 || baseline.Labels.Count != prediction.Sample.Count) return null;
        double[][] learned = [.. ColumnMatrix.Of(features), prediction.Sample.Flat()];
        var known = Enumerable.Range(0, baseline.Labels.Count).Where(i => double.IsFinite(baseline.Labels[i]) && double.IsFinite(prediction.Sample[i])).ToArray();
        if (known.Length < FewestRows) return null;
        double[][] x = [.. learned.Select(column => known.Select(i => column[i]).ToArray())];
        double[] errors = [.. known.Select(i => Math.Abs(baseline.Labels[i] - prediction.Sample[i]))], squares = [.. errors.Select(e => e * e)];
        return new(BoostedTrees.Fit(x, errors, isProbability: false), BoostedTrees.Fit(x, squares, isProbability: false), Moments.Of(errors).StandardDeviation(), Moments.Of(squares).StandardDeviation());
    }

    /// <summary>The mean absolute and the mean squared error that are expected of some rows.</summary>
    public (double Absolute, double Squared) Expected(double[][] rows) => (Math.Max(0, _absolute.Predict(rows).Average()), Math.Max(0, _squared.Predict(rows).Average()));
}
