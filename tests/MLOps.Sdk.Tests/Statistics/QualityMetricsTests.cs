namespace MLOps.Statistics;

/// <summary>What the metrics promise apart from reference values: worked examples, merging, edges and invariance.</summary>
public sealed class QualityMetricsTests
{
    [Test]
    public void The_examples_of_the_documentation_hold()
    {
        var counts = ConfusionCounts.Of([true, true, false, false], [true, false, false, false]);
        Assert.That((counts.Recall, counts.Kappa), Is.EqualTo((0.5, 0.5)));
        var metrics = BinaryMetrics.Of([true, false, true, false], [0.9, 0.6, 0.4, 0.1]);
        Assert.That((metrics.Auc, metrics.F1), Is.EqualTo((0.75, 0.5)));
        ScoreHistogram monday = new(), tuesday = new();
        monday.Add([true, false], [0.8, 0.3]);
        tuesday.Add([true, false], [0.6, 0.7]);
        monday.Merge(tuesday);
        Assert.That(monday.Auc, Is.EqualTo(0.75));
        Assert.That(Calibration.EqualWidth([true, false, true, true], [0.2, 0.2, 0.9, 0.9], bins: 10).ExpectedError, Is.EqualTo(0.2).Within(1e-15));
        Assert.That(IsotonicRegression.Fit([0.1, 0.2, 0.3, 0.4], [0, 1, 0, 1]).Predict(0.25), Is.EqualTo(0.5));
        var matrix = new ConfusionMatrix(classes: 3);
        matrix.Add([0, 1, 2, 2], [0, 2, 2, 2]);
        Assert.That(matrix.Accuracy, Is.EqualTo(0.75));
        Assert.That(matrix.MacroF1, Is.EqualTo(0.6).Within(1e-15));
        var classes = MulticlassMetrics.Of([0, 1], [0.7, 0.2, 0.1, 0.3, 0.3, 0.4], classes: 3);
        Assert.That(classes.Confusion.Accuracy, Is.EqualTo(0.5));
        Assert.That(classes.LogLoss, Is.EqualTo(-(Math.Log(0.7) + Math.Log(0.3)) / 2).Within(1e-15));
        var regression = RegressionMetrics.Of([1, 2, 4], [1, 3, 2]);
        Assert.That((regression.Mae, RegressionMetrics.MedianAbsoluteError([1, 2, 4], [1, 3, 2])), Is.EqualTo((1.0, 1.0)));
        Assert.That(Correlation.Spearman([1, 2, 3, 4], [1, 8, 27, 64]), Is.EqualTo(1).Within(1e-15));
        // By hand: (3 + 0/log2(3) + 2/2) / (3 + 2/log2(3) + 1/2).
        Assert.That(Ranking.Ndcg([3, 2, 0, 1], [0.9, 0.7, 0.8, 0.1], k: 3), Is.EqualTo(4 / (3.5 + 2 / Math.Log2(3))).Within(1e-15));
        Assert.That(Ranking.Mean([Ranking.AveragePrecision([true, false], [0.9, 0.1]), Ranking.AveragePrecision([true, false], [0.1, 0.9])]), Is.EqualTo(0.75));
    }

    [Test]
    public void Several_classes_are_measured_as_worked_out_by_hand()
    {
        var matrix = new ConfusionMatrix(4);
        matrix.Add([0, 0, 0, 1, 1, 2], [0, 0, 1, 1, 0, 1]);
        Assert.That(matrix[0, 1], Is.EqualTo(1).Within(1e-15));
        // F1: class 0 4/6, class 1 2/5, class 2 never predicted 0, class 3 absent and left out.
        Assert.That(matrix.MacroF1, Is.EqualTo((4 / 6.0 + 2 / 5.0) / 3).Within(1e-15));
        Assert.That(matrix.WeightedF1, Is.EqualTo((3 * 4 / 6.0 + 2 * 2 / 5.0) / 6).Within(1e-15));
        Assert.That((matrix.MicroF1, matrix.Accuracy), Is.EqualTo((0.5, 0.5)));
        // Expected agreement (3*3 + 2*3 + 1*0) / 36.
        Assert.That(matrix.Kappa, Is.EqualTo((0.5 - 15 / 36.0) / (1 - 15 / 36.0)).Within(1e-15));
        var twice = new ConfusionMatrix(4);
        twice.Merge(matrix);
        twice.Merge(matrix);
        Assert.That((twice.Count, twice.MacroF1, twice.Kappa), Is.EqualTo((12L, matrix.MacroF1, matrix.Kappa)));
    }

    [Test]
    public void A_matrix_of_two_classes_is_the_binary_counts()
    {
        var random = new Random(3);
        bool[] truths = [.. Enumerable.Range(0, 300).Select(_ => random.Next(3) == 0)], predicted = [.. truths.Select(t => random.Next(4) == 0 ? !t : t)];
        var matrix = new ConfusionMatrix(2);
        matrix.Add([.. truths.Select(t => t ? 1 : 0)], [.. predicted.Select(t => t ? 1 : 0)]);
        var counts = ConfusionCounts.Of(truths, predicted);
        Assert.That(matrix.Of(1), Is.EqualTo(counts));
        Assert.That(matrix.Kappa, Is.EqualTo(counts.Kappa).Within(1e-12));
        Assert.That(ConfusionCounts.Of(truths.AsSpan(0, 100), predicted.AsSpan(0, 100)) + ConfusionCounts.Of(truths.AsSpan(100), predicted.AsSpan(100)), Is.EqualTo(counts));
    }

    [Test]
    public void Rank_metrics_do_not_change_under_a_rising_map_or_another_order_of_rows()
    {
        var random = new Random(11);
        double[] scores = [.. Enumerable.Range(0, 5000).Select(_ => random.Next(700) / 700.0)];
        bool[] truths = [.. scores.Select(s => random.NextDouble() < s)];
        var metrics = BinaryMetrics.Of(truths, scores);
        var mapped = BinaryMetrics.Of(truths, [.. scores.Select(s => Math.Exp(3 * s) - 7)]);
        Assert.That((mapped.Auc, mapped.AveragePrecision, mapped.Separation), Is.EqualTo((metrics.Auc, metrics.AveragePrecision, metrics.Separation)));
        int[] order = [.. Enumerable.Range(0, scores.Length)];
        random.Shuffle(order);
        var shuffled = BinaryMetrics.Of([.. order.Select(i => truths[i])], [.. order.Select(i => scores[i])]);
        Assert.That((shuffled.Auc, shuffled.AveragePrecision, shuffled.Separation), Is.EqualTo((metrics.Auc, metrics.AveragePrecision, metrics.Separation)));
        var reversed = BinaryMetrics.Of([.. truths.Select(t => !t)], scores);
        Assert.That(reversed.Auc, Is.EqualTo(1 - metrics.Auc).Within(1e-12));
        var pairs = 0.0;
        for (var i = 0; i < 400; i++)
        {
            for (var j = 0; j < 400; j++) pairs += truths[i] && !truths[j] ? (scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0) : 0;
        }

        var few = BinaryMetrics.Of(truths.AsSpan(0, 400), scores.AsSpan(0, 400));
        Assert.That(few.Auc, Is.EqualTo(pairs / ((double)few.Confusion.Positives * few.Confusion.Negatives)).Within(1e-14), "Counting the pairs one by one");
    }

    [Test]
    public void Edges_give_NaN_or_the_documented_value_and_never_an_exception()
    {
        var none = BinaryMetrics.Of([], []);
        Assert.That(new[] { none.Auc, none.AveragePrecision, none.LogLoss, none.Brier, none.Separation, none.Mcc, none.Kappa, none.F1 }, Is.All.NaN);
        var oneClass = BinaryMetrics.Of([false, false], [0.2, 0.7]);
        Assert.That(new[] { oneClass.Auc, oneClass.AveragePrecision, oneClass.Separation, oneClass.Recall }, Is.All.NaN);
        Assert.That(oneClass.Mcc, Is.Zero);
        var constant = BinaryMetrics.Of([true, false, true], [0.4, 0.4, 0.4]);
        Assert.That((constant.Auc, constant.AveragePrecision, constant.Separation), Is.EqualTo((0.5, 2 / 3.0, 0.0)));
        Assert.That(BinaryMetrics.Of([true], [0.0]).LogLoss, Is.EqualTo(36.04365338911715).Within(1e-9), "A certain error is clipped");
        var empty = new ScoreHistogram();
        empty.Add(true, double.NaN);
        Assert.That(new[] { empty.Auc, empty.AucError, empty.Separation, empty.Calibration().ExpectedError, empty.Calibration().MaximumError }, Is.All.NaN);
        Assert.That((empty.Skipped, empty.Count), Is.EqualTo((1L, 0L)));
        empty.Add([true, false], [7, -3]);
        Assert.That((empty.Auc, empty.Positives[999], empty.Negatives[0]), Is.EqualTo((1.0, 1L, 1L)), "Scores outside 0..1 fall into the end bins");
        Assert.That(new[] { Correlation.Pearson([1, 1], [1, 2]), Correlation.Spearman([1], [1]), new ConfusionMatrix(3).MacroF1, new ConfusionMatrix(3).Kappa }, Is.All.NaN);
        Assert.That(new[] { Ranking.Ndcg([0, 0], [1, 2]), Ranking.AveragePrecision([false], [1]), Ranking.ReciprocalRank([], []), Ranking.Mean([double.NaN]) }, Is.All.NaN);
        Assert.That(Ranking.PrecisionAt([true, false, true], [3, double.NaN, 1], 2), Is.EqualTo(1), "NaN comes last");
        Assert.That(Ranking.ReciprocalRank([false, true], [0.5, 0.5]), Is.EqualTo(0.5), "Ties keep their order");
        Assert.That(RegressionMetrics.Of([-1, 2], [0, 2]).Rmsle, Is.NaN);
        Assert.That(MulticlassMetrics.Of([0], [double.NaN, 1], 2).Skipped, Is.EqualTo(1).Within(1e-15));
    }

    [Test]
    public void Wrong_arguments_are_named()
    {
        Assert.That(() => BinaryMetrics.Of([true], []), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("1 truths and 0 scores"));
        Assert.That(() => new ScoreHistogram(1), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(() => new ScoreHistogram().Merge(new ScoreHistogram(10)), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(() => new ScoreHistogram().Calibration(7), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(() => new ScoreHistogram().At(double.NaN), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(() => new ConfusionMatrix(2).Add([2], [0]), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("truth is class 2"));
        Assert.That(() => default(ConfusionCounts).FBeta(0), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(() => MulticlassMetrics.Of([0], [0, 0], 2), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(() => Ranking.Ndcg([-1], [1]), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(() => IsotonicRegression.Fit([double.NaN], [1]), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(() => Calibration.EqualFrequency([true], [1], 0), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(() => Proportion.Wilson(3, 2), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(() => Bootstrap.Percentile(0, _ => 0, 1), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(() => DeLong.Auc([true], [1], confidence: 1), Throws.TypeOf<MLOpsInvalidException>());
    }

    [Test]
    public void The_isotonic_fit_never_falls_keeps_the_mean_and_no_pooling_is_nearer()
    {
        var random = new Random(17);
        double[] x = [.. Enumerable.Range(0, 400).Select(_ => random.Next(90) / 90.0)], y = [.. x.Select(v => random.NextDouble() < v * v ? 1.0 : 0)], w = [.. x.Select(_ => 0.5 + random.NextDouble())];
        var fit = IsotonicRegression.Fit(x, y, w);
        Assert.That(fit.Y.ToArray(), Is.Ordered.Ascending);
        double weights = w.Sum(), fitted = x.Zip(w, (v, weight) => fit.Predict(v) * weight).Sum(), mean = y.Zip(w, (v, weight) => v * weight).Sum();
        Assert.That(fitted / weights, Is.EqualTo(mean / weights).Within(1e-12));
        // The max-min formula of isotonic regression, computed in full.
        double[] places = [.. x.Distinct().Order()];
        double Mean(double from, double to) => Enumerable.Range(0, x.Length).Where(i => x[i] >= from && x[i] <= to).Aggregate((0.0, 0.0), (s, i) => (s.Item1 + y[i] * w[i], s.Item2 + w[i]), s => s.Item1 / s.Item2);
        foreach (var place in places.Where((_, i) => i % 9 == 0))
            Assert.That(fit.Predict(place), Is.EqualTo(places.Where(a => a <= place).Max(a => places.Where(b => b >= place).Min(b => Mean(a, b)))).Within(1e-12));
        Assert.That((fit.Predict(-5), fit.Predict(9)), Is.EqualTo((fit.Y[0], fit.Y[^1])));
    }
}
