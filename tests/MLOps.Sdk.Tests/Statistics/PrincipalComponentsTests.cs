using System.Text.Json;

namespace MLOps.Statistics;

public sealed class PrincipalComponentsTests
{
    private static double[] Rows(IReadOnlyList<double[]> columns, JsonElement rows)
    {
        var (from, to) = (rows[0].GetInt32(), rows[1].GetInt32());
        return [.. Enumerable.Range(from, to - from).SelectMany(row => columns.Select(column => column[row]))];
    }

    [Test]
    public void Reconstruction_errors_agree_with_scikit_learn()
    {
        var expected = Vector.Json("pca_reconstruction.json");
        var columns = expected.GetProperty("columns").EnumerateArray().Select(name => Vector.Column("elec2", name.GetString()!)).ToArray();
        var components = PrincipalComponents.Fit(Rows(columns, expected.GetProperty("reference_rows")), columns.Length);
        Near(components.Means, "scaler_mean");
        Near(components.StandardDeviations, "scaler_std");
        Near(components.ExplainedVarianceRatios, "explained_variance_ratio");
        foreach (var chunk in expected.GetProperty("chunks").EnumerateArray())
        {
            var error = components.ReconstructionErrors(Rows(columns, chunk.GetProperty("rows"))).Mean;
            Assert.That(error, Is.EqualTo(chunk.GetProperty("reconstruction_error").GetDouble()).Within(1e-8), chunk.ToString());
        }

        void Near(ReadOnlySpan<double> actual, string name) => Assert.That(actual.ToArray(), Is.EqualTo(Vector.Doubles(expected.GetProperty(name))).Within(1e-8), name);
    }

    [Test]
    public void The_example_holds()
    {
        double[] reference = [1, 2, 2, 4, 3, 6, 4, 8];
        var components = PrincipalComponents.Fit(reference, columns: 2);
        Assert.That(components.ReconstructionError([5, 10]), Is.EqualTo(0).Within(1e-12));
        Assert.That(components.ReconstructionError([5, 2]), Is.EqualTo(2.53).Within(0.01));
    }

    [Test]
    public void Components_are_orthonormal_and_in_falling_order_and_all_of_them_leave_no_error()
    {
        var random = new Random(5);
        var rows = Enumerable.Range(0, 500).SelectMany(_ =>
        {
            double a = random.NextDouble(), b = random.NextDouble();
            return new[] { a, b, a + b + 0.1 * random.NextDouble(), random.NextDouble() };
        }).ToArray();
        var components = PrincipalComponents.Fit(rows, 4, 0.999999);
        var ratios = components.ExplainedVarianceRatios.ToArray();
        Assert.That(ratios, Has.Length.EqualTo(4).And.Ordered.Descending);
        Assert.That(ratios.Sum(), Is.EqualTo(1).Within(1e-12));
        for (var i = 0; i < 4; i++)
            for (var j = 0; j < 4; j++)
                Assert.That(components.Component(i).ToArray().Zip(components.Component(j).ToArray(), (x, y) => x * y).Sum(), Is.EqualTo(i == j ? 1 : 0).Within(1e-12));
        Assert.That(components.ReconstructionErrors(rows).Max, Is.LessThan(1e-12));
    }

    [Test]
    public void A_broken_relation_shows_although_each_column_is_as_before()
    {
        var random = new Random(6);
        var x = Enumerable.Range(0, 1000).Select(_ => random.NextDouble()).ToArray();
        double[] reference = [.. x.SelectMany(v => new[] { v, v + 0.01 * random.NextDouble() })];
        double[] current = [.. x.SelectMany(v => new[] { v, 1 - v })];
        var components = PrincipalComponents.Fit(reference, 2);
        Assert.That(components.ReconstructionErrors(current).Mean, Is.GreaterThan(20 * components.ReconstructionErrors(reference).Mean));
    }

    [Test]
    public void Rows_with_missing_cells_are_counted_not_used()
    {
        double[] clean = [1, 2, 2, 3, 3, 5];
        var components = PrincipalComponents.Fit([.. clean, double.NaN, 1, 1, double.PositiveInfinity], 2);
        Assert.That((components.Count, components.Skipped), Is.EqualTo((3L, 2L)));
        Assert.That(components.Means.ToArray(), Is.EqualTo(PrincipalComponents.Fit(clean, 2).Means.ToArray()));
        Assert.That(components.ReconstructionErrors([double.NaN, 1, 1, 2]) is { Count: 1, NaNCount: 1 });
        Assert.That(components.ReconstructionErrors([]), Is.EqualTo(Moments.Empty));
    }

    [Test]
    public void Constant_columns_have_deviation_one_and_only_constant_columns_no_component()
    {
        var components = PrincipalComponents.Fit([.. Enumerable.Repeat(0.1, 20)], 2);
        Assert.That(components.StandardDeviations.ToArray(), Is.EqualTo(new[] { 1.0, 1.0 }));
        Assert.That(components.ExplainedVarianceRatios.Length, Is.Zero);
        Assert.That(components.ReconstructionError([3.1, 4.1]), Is.EqualTo(5).Within(1e-12));
    }

    [Test]
    public void Wrong_shapes_and_shares_are_refused()
    {
        Refused(() => PrincipalComponents.Fit([1, 2, 3], 2));
        Refused(() => PrincipalComponents.Fit([1, 2], 0));
        Refused(() => PrincipalComponents.Fit([], 2));
        Refused(() => PrincipalComponents.Fit([double.NaN, 1], 2));
        Refused(() => PrincipalComponents.Fit([1, 2, 2, 1], 2, 1));
        Refused(() => PrincipalComponents.Fit([1e300, -1e300], 1));
        var components = PrincipalComponents.Fit([1, 2, 2, 1], 2);
        Refused(() => components.ReconstructionError([1]));
        Refused(() => components.ReconstructionErrors([1, 2, 3]));
        Refused(() => components.Component(1).ToArray());

        static void Refused(Action call) => Assert.That(call, Throws.TypeOf<MLOpsInvalidException>());
    }
}
