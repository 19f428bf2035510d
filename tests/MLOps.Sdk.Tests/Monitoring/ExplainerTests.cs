using MLOps.Data;
using MLOps.Monitoring;

namespace MLOps.Tests.Monitoring;

internal sealed class ExplainerTests
{
    [Test]
    public void A_linear_model_is_explained_exactly_also_where_orders_are_sampled()
    {
        const int Columns12 = 12;
        var (features, background) = Numbers(Columns12, 200);
        double[] weights = [.. Enumerable.Range(0, Columns12).Select(i => i - 4.5)];
        double Model(double[] n, string?[] c) => n.Zip(weights, (x, w) => x * w).Sum() + 3;
        var explainer = new Explainer(features, Model, background, new() { Orders = 2, BackgroundRows = 200 });
        double[] row = [.. Enumerable.Range(0, Columns12).Select(i => (double)i)];
        var why = explainer.Explain(row, []);
        Assert.That(why.IsExact, Is.False);
        for (var i = 0; i < Columns12; i++)
            Assert.That(why.Attributions[i].Value, Is.EqualTo(weights[i] * (row[i] - background.Columns[i].Numbers.ToArray().Average())).Within(1e-9), $"column {i}");
        Assert.That(why.Attributions.Sum(a => a.Value), Is.EqualTo(why.Answer - why.Typical).Within(1e-9));
    }

    [Test]
    public void A_small_model_agrees_with_the_formula_worked_by_hand()
    {
        // f = x y, background (0, 0): either column gets half of what both together add.
        var background = new FeatureTable([new("x", FeatureKind.Number, new double[] { 0 }, default), new("y", FeatureKind.Number, new double[] { 0 }, default), new("c", FeatureKind.Category, default, new string?[] { "a" })]);
        var explainer = new Explainer([new("x", FeatureKind.Number), new("y", FeatureKind.Number), new("c", FeatureKind.Category)], (n, c) => n[0] * n[1] + (c[0] == "b" ? 10 : 0), background);
        var why = explainer.Explain([3, 4], ["b"]);
        Assert.That((why.IsExact, why.Answer, why.Typical), Is.EqualTo((true, 22.0, 0.0)));
        Assert.That(why.Attributions.Select(a => a.Value), Is.EqualTo(new[] { 6.0, 6, 10 }).Within(1e-12));
    }

    [Test]
    public void Sampled_attributions_lie_within_their_errors_of_the_exact_ones()
    {
        var (features, background) = Numbers(7, 50);
        double Model(double[] n, string?[] c) => Math.Sin(n[0] * n[1]) + n[2] * n[3] * n[4] + Math.Max(n[5], n[6]);
        double[] row = [1, 2, -1, 0.5, 2, 0, 1];
        var exact = new Explainer(features, Model, background).Explain(row, []);
        var sampled = new Explainer(features, Model, background, new() { ExactColumns = 0, Orders = 200 }).Explain(row, []);
        Assert.That(exact.IsExact);
        foreach (var (a, b) in exact.Attributions.Zip(sampled.Attributions)) Assert.That(b.Value, Is.EqualTo(a.Value).Within(4 * b.Error + 1e-9), a.Feature);
        Assert.That(sampled.Attributions.Sum(a => a.Value), Is.EqualTo(sampled.Answer - sampled.Typical).Within(1e-9));
        Assert.That(new Explainer(features, Model, background, new() { ExactColumns = 0, Orders = 200 }).Explain(row, []).Attributions, Is.EqualTo(sampled.Attributions), "equal seeds explain alike");
    }

    [Test]
    public void Importance_is_nothing_for_a_column_that_the_model_does_not_look_at()
    {
        var (features, background) = Numbers(3, 500);
        var explainer = new Explainer(features, (n, _) => 3 * n[0] + n[1], background);
        double[] truths = [.. Enumerable.Range(0, 500).Select(r => 3 * background.Columns[0].Numbers.Span[r] + background.Columns[1].Numbers.Span[r])];
        var worths = explainer.Importance(background, truths);
        Assert.That(worths[2].Value, Is.Zero);
        Assert.That(worths[0].Value, Is.EqualTo(9 * worths[1].Value).Within(35).Percent);
        Assert.That(explainer.Importance(background)[0].Value, Is.EqualTo(worths[0].Value).Within(20).Percent);
    }

    [Test]
    public void Rows_that_do_not_fit_are_refused()
    {
        var (features, background) = Numbers(2, 5);
        static double Model(double[] n, string?[] c) => 0;
        Assert.That(() => new Explainer(features, Model, new([])), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(() => new Explainer(features, Model, background, new() { Orders = 0 }), Throws.TypeOf<MLOpsInvalidException>());
        var explainer = new Explainer(features, Model, background);
        Assert.That(() => explainer.Explain([1], []), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(() => explainer.Importance(background, [1]), Throws.TypeOf<MLOpsInvalidException>());
    }

    private static (Feature[] Features, FeatureTable Background) Numbers(int columns, int rows)
    {
        var random = new Random(9);
        Feature[] features = [.. Enumerable.Range(0, columns).Select(i => new Feature($"x{i}", FeatureKind.Number))];
        return (features, new([.. features.Select(f => new FeatureColumn(f.Name, f.Kind, Columns.Normal(random, rows), default))]));
    }
}
