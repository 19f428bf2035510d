namespace MLOps.Statistics;

public sealed class BinningTests
{
    [Test]
    public void Bins_are_right_open_with_open_ends_and_NaN_is_counted_apart()
    {
        var bins = Binning.FromEdges([0, 1]);
        var counts = bins.CountOf([double.NegativeInfinity, -1e-300, 0, -0.0, 0.999, 1, double.PositiveInfinity, double.NaN]);
        Assert.That(counts.Counts, Is.EqualTo(new long[] { 2, 3, 2 }));
        Assert.That(counts.NaNCount, Is.EqualTo(1));
        Assert.That(bins.IndexOf(double.NaN), Is.EqualTo(-1));
    }

    [Test]
    public void The_search_finds_every_bin([Range(0, 35)] int edges)
    {
        var bins = Binning.FromEdges([.. Enumerable.Range(0, edges).Select(i => i * 2.0)]);
        Assert.That(bins.Count, Is.EqualTo(edges + 1));
        for (var bin = 0; bin <= edges; bin++) Assert.That(bins.IndexOf(bin * 2.0 - 1), Is.EqualTo(bin));
        for (var bin = 0; bin < edges; bin++) Assert.That(bins.IndexOf(bin * 2.0), Is.EqualTo(bin + 1));
    }

    [Test]
    public void Counting_in_bulk_agrees_with_the_bin_of_each_value([Range(0, 40)] int count)
    {
        var random = new Random(count);
        var bins = Binning.EqualWidth(0, 1, 1 + count % 34);
        var values = Enumerable.Range(0, count).Select(_ => random.Next(6) == 0 ? double.NaN : random.NextDouble() * 1.4 - 0.2).ToArray();
        var expected = new long[bins.Count];
        foreach (var value in values.Where(value => !double.IsNaN(value))) expected[bins.IndexOf(value)]++;
        var counts = bins.CountOf(values);
        Assert.That(counts.Counts, Is.EqualTo(expected));
        Assert.That(counts.NaNCount, Is.EqualTo(values.Count(double.IsNaN)));
    }

    [Test]
    public void A_heavy_value_gets_its_own_bin_when_asked()
    {
        double[] mostlyZero = [.. Enumerable.Repeat(0.0, 95), 1, 2, 3, 4, 5];
        Assert.That(Binning.FromQuantiles(mostlyZero).Edges.ToArray(), Is.EqualTo(new[] { 0.0 }));
        var isolated = Binning.FromQuantiles(mostlyZero, isolateAtoms: true);
        Assert.That(isolated.CountOf(mostlyZero).Counts, Is.EqualTo(new long[] { 0, 95, 5 }));
        Assert.That(Binning.FromQuantiles([7, 7, 7, 7], isolateAtoms: true).CountOf([6, 7, 8]).Counts, Is.EqualTo(new long[] { 1, 1, 1 }));
    }

    [Test]
    public void An_empty_or_missing_reference_gives_one_bin()
    {
        Assert.That(Binning.FromQuantiles([]).Count, Is.EqualTo(1));
        Assert.That(Binning.FromQuantiles([double.NaN, double.PositiveInfinity]).CountOf([1, 2]).Counts, Is.EqualTo(new long[] { 2 }));
    }

    [Test]
    public void Equal_width_bins_have_equal_width() =>
        Assert.That(Binning.EqualWidth(0, 10, 5).Edges.ToArray(), Is.EqualTo(new[] { 2.0, 4, 6, 8 }));

    [Test]
    public void Bad_edges_are_rejected()
    {
        Assert.That(() => Binning.FromEdges([1, 1]), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(() => Binning.FromEdges([double.NaN]), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(() => Binning.EqualWidth(1, 1, 3), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(() => Binning.FromQuantiles([1, 2], 0), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(() => Binning.FromEdges([0]).CountInto([1], new long[1]), Throws.TypeOf<MLOpsInvalidException>());
    }
}
