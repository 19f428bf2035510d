using System.Text.Json;

namespace MLOps.Statistics;

public sealed class QualityVectorTests
{
    private static JsonElement Expected => Vector.Json("quality_fairness.json");

    private static Range Rows(JsonElement block) => block.TryGetProperty("rows", out var rows) ? rows[0].GetInt32()..rows[1].GetInt32() : Range.All;

    [Test]
    public void Binary_metrics_agree_with_scikit_learn([Range(0, 2)] int block)
    {
        var expected = Expected.GetProperty("binary")[block];
        var truths = Vector.Column("adult_test_predictions", "y_true").Select(y => y == 1).ToArray()[Rows(expected)];
        var scores = Vector.Column("adult_test_predictions", "score")[Rows(expected)];
        var metrics = BinaryMetrics.Of(truths, scores, expected.GetProperty("threshold").GetDouble());
        double Value(string name) => expected.GetProperty(name).GetDouble();
        Assert.That((metrics.TruePositives, metrics.FalsePositives, metrics.TrueNegatives, metrics.FalseNegatives), Is.EqualTo(((long)Value("tp"), (long)Value("fp"), (long)Value("tn"), (long)Value("fn"))));
        Near.Statistic(metrics.Accuracy, Value("accuracy"), "accuracy");
        Near.Statistic(metrics.Precision, Value("precision"), "precision");
        Near.Statistic(metrics.Recall, Value("recall"), "recall");
        Near.Statistic(metrics.F1, Value("f1"), "F1");
        Near.Statistic(metrics.Auc, Value("roc_auc"), "AUC");
        Near.Statistic(metrics.Brier, Value("brier"), "Brier");
        Near.Statistic(metrics.Confusion.Specificity, Value("specificity"), "specificity");
        Near.Statistic(metrics.Confusion.BalancedAccuracy, Value("balanced_accuracy"), "balanced accuracy");
        Near.Statistic(metrics.Mcc, Value("mcc"), "MCC");
        Near.Statistic(metrics.Kappa, Value("cohen_kappa"), "kappa");
        Near.Statistic(metrics.AveragePrecision, Value("average_precision"), "average precision");
        Near.Statistic(metrics.LogLoss, Value("log_loss"), "log loss");
        Near.Statistic(metrics.Separation, Value("ks_separation"), "KS separation");
        Assert.That(metrics.Count, Is.EqualTo((long)Value("n")));
    }

    [Test]
    public void Calibration_errors_agree([Range(0, 2)] int block)
    {
        var expected = Expected.GetProperty("binary")[block];
        var truths = Vector.Column("adult_test_predictions", "y_true").Select(y => y == 1).ToArray()[Rows(expected)];
        var scores = Vector.Column("adult_test_predictions", "score")[Rows(expected)];
        foreach (var (name, calibration) in new[]
        {
            ("equal_width_10", Calibration.EqualWidth(truths, scores, 10)), ("equal_width_15", Calibration.EqualWidth(truths, scores, 15)),
            ("equal_frequency_10", Calibration.EqualFrequency(truths, scores, 10)),
        })
        {
            var values = expected.GetProperty("calibration").GetProperty(name);
            Near.Statistic(calibration.ExpectedError, values.GetProperty("ece").GetDouble(), name + " ECE");
            Near.Statistic(calibration.MaximumError, values.GetProperty("mce").GetDouble(), name + " MCE");
        }
    }

    [Test]
    public void The_merged_score_histogram_is_within_its_stated_error_of_the_exact_scores()
    {
        var expected = Expected.GetProperty("binary")[0];
        var truths = Vector.Column("adult_test_predictions", "y_true").Select(y => y == 1).ToArray();
        var scores = Vector.Column("adult_test_predictions", "score");
        ScoreHistogram[] parts = [.. Enumerable.Range(0, 7).Select(_ => new ScoreHistogram())];
        for (var i = 0; i < scores.Length; i++) parts[i % parts.Length].Add(truths[i], scores[i]);
        ScoreHistogram whole = new(), backwards = new();
        foreach (var part in parts) whole.Merge(part);
        foreach (var part in parts.Reverse()) backwards.Merge(part);
        Assert.That(whole.Auc, Is.EqualTo(expected.GetProperty("roc_auc").GetDouble()).Within(whole.AucError));
        Assert.That(whole.AucError, Is.LessThan(0.001));
        Assert.That(whole.Separation, Is.EqualTo(expected.GetProperty("ks_separation").GetDouble()).Within(0.002));
        Assert.That(whole.Calibration(10).ExpectedError, Is.EqualTo(expected.GetProperty("calibration").GetProperty("equal_width_10").GetProperty("ece").GetDouble()).Within(1e-9));
        Assert.That(whole.At(0.5), Is.EqualTo(BinaryMetrics.Of(truths, scores).Confusion));
        Assert.That((backwards.Auc, backwards.Separation, backwards.Calibration().ExpectedError), Is.EqualTo((whole.Auc, whole.Separation, whole.Calibration().ExpectedError)));
        Assert.That(backwards.Positives.ToArray(), Is.EqualTo(whole.Positives.ToArray()));
    }

    [Test]
    public void Isotonic_knots_agree_with_scikit_learn()
    {
        var expected = Vector.Json("cbpe_california.json");
        var isotonic = IsotonicRegression.Fit(Vector.Column("nannyml_california_housing_reference", "y_pred_proba"), Vector.Column("nannyml_california_housing_reference", "clf_target"));
        Assert.That(isotonic.X.ToArray(), Is.EqualTo(Vector.Doubles(expected.GetProperty("isotonic_knots_x"))).Within(1e-12));
        Assert.That(isotonic.Y.ToArray(), Is.EqualTo(Vector.Doubles(expected.GetProperty("isotonic_knots_y"))).Within(1e-7));
    }

    [Test]
    public void Rank_correlation_agrees_with_SciPy([Range(0, 1)] int block)
    {
        var expected = Expected.GetProperty("regression")[block];
        var (y, p) = (Vector.Column("bike_predictions", "y_true")[Rows(expected)], Vector.Column("bike_predictions", "prediction")[Rows(expected)]);
        Near.Statistic(Correlation.Spearman(y, p), expected.GetProperty("spearman_rho").GetDouble(), "Spearman");
        Near.Statistic(Correlation.Pearson(y, p), expected.GetProperty("pearson_r").GetDouble(), "Pearson");
        Near.Statistic(RegressionMetrics.MedianAbsoluteError(y, p), expected.GetProperty("median_ae").GetDouble(), "median AE");
    }

    [Test]
    public void Regression_metrics_agree_with_scikit_learn([Range(0, 1)] int block)
    {
        var expected = Expected.GetProperty("regression")[block];
        var metrics = RegressionMetrics.Of(Vector.Column("bike_predictions", "y_true")[Rows(expected)], Vector.Column("bike_predictions", "prediction")[Rows(expected)]);
        double Value(string name) => expected.GetProperty(name).GetDouble();
        Assert.That(metrics.Count, Is.EqualTo((long)Value("n")));
        Near.Statistic(metrics.Rmse, Value("rmse"), "RMSE");
        Near.Statistic(metrics.Mae, Value("mae"), "MAE");
        Near.Statistic(metrics.R2, Value("r2"), "R2");
        Near.Statistic(metrics.Mse, Value("mse"), "MSE");
        Near.Statistic(metrics.MaxError, Value("max_error"), "largest error");
        Near.Statistic(metrics.Mape, Value("mape_sklearn"), "MAPE");
        Near.Statistic(metrics.Rmsle, Value("rmsle"), "RMSLE");
        Near.Statistic(metrics.ExplainedVariance, Value("explained_variance"), "explained variance");
        Near.Statistic(metrics.Bias, Value("mean_error_pred_minus_true"), "bias");
    }

    [Test]
    public void Windows_of_regression_metrics_add_up_to_the_whole()
    {
        var (y, p) = (Vector.Column("bike_predictions", "y_true"), Vector.Column("bike_predictions", "prediction"));
        var whole = RegressionMetrics.Of(y, p);
        var parts = RegressionMetrics.Of(y.AsSpan(0, 1234), p.AsSpan(0, 1234)) + RegressionMetrics.Of(y.AsSpan(1234), p.AsSpan(1234));
        Near.Statistic(parts.Rmse, whole.Rmse, "RMSE");
        Near.Statistic(parts.R2, whole.R2, "R2");
        Assert.That(parts.Count, Is.EqualTo(whole.Count));
    }

    [Test]
    public void Missing_numbers_are_skipped_and_counted_and_missing_classes_give_NaN()
    {
        var regression = RegressionMetrics.Of([1, double.NaN, 3], [2, 2, double.PositiveInfinity]);
        Assert.That((regression.Count, regression.Skipped, regression.Rmse, regression.Bias), Is.EqualTo((1L, 2L, 1.0, 1.0)));
        Assert.That(RegressionMetrics.Empty.Rmse, Is.NaN);
        var binary = BinaryMetrics.Of([true, true], [0.7, double.NaN]);
        Assert.That((binary.Count, binary.Skipped, binary.Accuracy, binary.Auc), Is.EqualTo((1L, 1L, 1.0, double.NaN)));
    }

    [Test]
    public void Tied_scores_count_half() => Assert.That(BinaryMetrics.Of([true, false, true, false], [0.5, 0.5, 0.5, 0.5]).Auc, Is.EqualTo(0.5));
}
