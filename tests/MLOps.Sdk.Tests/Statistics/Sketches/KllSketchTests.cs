namespace MLOps.Statistics;

public sealed class KllSketchTests
{
    private static KllSketch Of(IEnumerable<double> values, int k = 200, ulong seed = 1)
    {
        var sketch = new KllSketch(k, seed);
        sketch.Update(values.ToArray());
        return sketch;
    }

    private static long WeightOf(KllSketch sketch) => sketch.Count == 0 ? 0 : sketch.Weighted().CumulativeWeights[^1];

    [Test]
    public void The_example_holds()
    {
        var sketch = new KllSketch(k: 400, seed: 7);
        sketch.Update([3.0, 1.0, 2.0]);
        Assert.That(sketch.Quantile(0.5), Is.EqualTo(2));
        Assert.That(sketch.Rank(1.0), Is.EqualTo(1.0 / 3));
    }

    [Test]
    public void Up_to_k_values_are_kept_exactly()
    {
        var sketch = Of(Enumerable.Range(1, 200).Select(i => (double)i).Reverse());
        Assert.That(sketch is { Retained: 200, RankError: 0, Min: 1, Max: 200 });
        foreach (var x in new[] { 1, 50, 199, 200 })
        {
            Assert.That(sketch.Rank(x), Is.EqualTo(x / 200.0));
            Assert.That(sketch.Quantile(x / 200.0), Is.EqualTo(x));
        }
    }

    [TestCase(8)]
    [TestCase(200)]
    [TestCase(401)]
    public void Weights_sum_to_the_count_after_every_update_and_merge(int k)
    {
        var random = new Random(k);
        var whole = new KllSketch(k, 1);
        for (var round = 0; round < 60; round++)
        {
            var part = Of(Normal.Sample(random, random.Next(0, 3000)), random.Next(2) == 0 ? k : 50, (ulong)round);
            Assert.That(WeightOf(part), Is.EqualTo(part.Count));
            whole.Merge(part);
            Assert.That(WeightOf(whole), Is.EqualTo(whole.Count));
            whole.Update(random.NextDouble());
            Assert.That(WeightOf(whole), Is.EqualTo(whole.Count));
        }

        whole.Merge(whole);
        Assert.That(WeightOf(whole), Is.EqualTo(whole.Count));
    }

    [Test]
    public void An_empty_level_0_counts_for_nothing_and_every_weight_stays()
    {
        // datasketches-cpp's iterator gives weight 1 to everything when level 0 is empty: such a sketch, in that layout, from a hand-made image.
        var sketch = KllSketch.FromDataSketches(KllImage.Of(8, 4, [[], [1, 3]], 1, 3));
        Assert.That(sketch.Weighted().CumulativeWeights, Is.EqualTo(new long[] { 2, 4 }));
        Assert.That(sketch.Rank(1), Is.EqualTo(0.5));
        var other = new KllSketch(8);
        other.Merge(sketch);
        Assert.That((other.Count, WeightOf(other)), Is.EqualTo((4L, 4L)));
    }

    [TestCase("sorted")]
    [TestCase("reversed")]
    [TestCase("shuffled")]
    [TestCase("merged")]
    public void The_rank_error_is_within_its_bound_in_97_percent_of_seeds(string order)
    {
        const int N = 20_000;
        var seeds = Effort.Of(60, 1000);
        var within = 0;
        for (var seed = 0; seed < seeds; seed++)
        {
            var values = Enumerable.Range(1, N).Select(i => (double)i).ToArray();
            if (order == "reversed") Array.Reverse(values);
            else if (order != "sorted") new Random(seed).Shuffle(values);
            var sketch = new KllSketch(200, (ulong)seed);
            if (order == "merged")
            {
                for (var part = 0; part < 10; part++) sketch.Merge(Of(values[(part * N / 10)..((part + 1) * N / 10)], 200, (ulong)(seed + 1000 * part)));
            }
            else sketch.Update(values);
            var worst = 0.0;
            for (var x = 100; x < N; x += 100) worst = Math.Max(worst, Math.Abs(sketch.Rank(x) - (double)x / N));
            if (worst <= sketch.RankError) within++;
        }

        Assert.That(within, Is.GreaterThanOrEqualTo(0.97 * seeds));
    }

    [Test]
    public void The_same_values_give_the_same_bytes_in_bulk_or_one_by_one()
    {
        var values = Normal.Sample(new Random(3), 5000);
        values[77] = double.NaN;
        var bulk = Of(values);
        var single = new KllSketch(200, 1);
        foreach (var value in values) single.Update(value);
        Assert.That(single.ToBytes(), Is.EqualTo(bulk.ToBytes()));
        Assert.That(Of(values, 200, 2).ToBytes(), Is.Not.EqualTo(bulk.ToBytes()));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(200)]
    [TestCase(201)]
    [TestCase(50_000)]
    public void A_sketch_read_back_goes_on_as_the_one_written(int count)
    {
        var values = Normal.Sample(new Random(count), count);
        var sketch = Of([.. values, double.NaN]);
        var again = KllSketch.FromBytes(sketch.ToBytes());
        Assert.That(again.ToBytes(), Is.EqualTo(sketch.ToBytes()));
        sketch.Update(values);
        again.Update(values);
        Assert.That(again.ToBytes(), Is.EqualTo(sketch.ToBytes()));
        Assert.That(again.NaNCount, Is.EqualTo(1));
        Assert.That(KllSketch.FromDataSketches(sketch.ToDataSketches()).ToDataSketches(), Is.EqualTo(sketch.ToDataSketches()));
    }

    [Test]
    public void Damaged_bytes_are_noticed() => Damage.IsNoticed(Of(Normal.Sample(new Random(1), 3000)).ToBytes(), static bytes => KllSketch.FromBytes(bytes));

    [Test]
    public void The_bytes_of_small_sketches_are_those_of_the_layout()
    {
        var sketch = new KllSketch(200);
        Assert.That(Convert.ToHexString(sketch.ToDataSketches()), Is.EqualTo("02010F01C8000800"));
        sketch.Update(1.0);
        Assert.That(Convert.ToHexString(sketch.ToDataSketches()), Is.EqualTo("02020F04C8000800" + "000000000000F03F"));
        sketch.Update(2.0);
        Assert.That(sketch.ToDataSketches(), Is.EqualTo(KllImage.Of(200, 2, [[2, 1]], 1, 2)));
        Assert.That(Convert.ToHexString(sketch.ToDataSketches()), Is.EqualTo(
            "05010F00C8000800" + "0200000000000000" + "C8000100" + "C6000000" + "000000000000F03F" + "0000000000000040" + "0000000000000040" + "000000000000F03F"));
    }

    [Test]
    public void NaN_is_counted_infinities_are_values_and_zeros_are_one()
    {
        var sketch = Of([double.NaN, double.PositiveInfinity, double.NegativeInfinity, -0.0, 0.0]);
        Assert.That((sketch.Count, sketch.NaNCount), Is.EqualTo((4L, 1L)));
        Assert.That(sketch.Rank(0), Is.EqualTo(0.75));
        Assert.That(sketch.Rank(double.NaN), Is.NaN);
        Assert.That((sketch.Min, sketch.Max), Is.EqualTo((double.NegativeInfinity, double.PositiveInfinity)));
        Assert.That(new KllSketch().Quantile(0.5), Is.NaN);
        Assert.That(Of(Enumerable.Repeat(7.0, 10_000)).Quantile(0.3), Is.EqualTo(7));
    }

    [Test]
    public void Bad_arguments_are_rejected()
    {
        Assert.That(() => new KllSketch(7), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(() => new KllSketch().Quantile(1.1), Throws.TypeOf<MLOpsInvalidException>());
    }

    [Test]
    public void A_sketch_of_a_million_values_at_k_400_takes_10_KB_and_bulk_updates_allocate_nothing()
    {
        var values = Normal.Sample(new Random(1), 100_000);
        var sketch = new KllSketch(400, 1);
        sketch.Update(values);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 9; i++) sketch.Update(values);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(sketch.ToBytes(), Has.Length.LessThanOrEqualTo(10 * 1024));
    }

    [Test]
    public void The_sort_sorts()
    {
        var random = new Random(5);
        for (var count = 0; count < 300; count++)
        {
            var values = Enumerable.Range(0, count).Select(_ => count % 3 == 0 ? random.Next(5) : random.NextDouble()).ToArray();
            var expected = values.Order().ToArray();
            RunSort.Sort(values, new double[count]);
            Assert.That(values, Is.EqualTo(expected));
        }
    }
}
