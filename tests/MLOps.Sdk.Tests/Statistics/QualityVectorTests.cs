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
