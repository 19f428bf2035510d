namespace MLOps.Statistics;

public sealed class FrequentItemsTests
{
    private static string[] Skewed(int seed, int count, int distinct = 1000)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => $"item {(int)(distinct * Math.Pow(random.NextDouble(), 4))}")];
    }

    private static FrequentItems Of(ReadOnlySpan<string> items, int lg = 6)
    {
        var sketch = new FrequentItems(lg);
        sketch.Update(items);
        return sketch;
    }

    [Test]
    public void The_example_holds()
    {
        var sketch = new FrequentItems(lgMaxMapSize: 8);
        foreach (var word in new[] { "red", "blue", "red" }) sketch.Update(word);
        Assert.That(sketch.Items()[0], Is.EqualTo(new FrequentItem("red", 2, 2)));
        Assert.That(sketch.Items().Select(item => item.Item), Is.EqualTo(new[] { "red", "blue" }));
    }

    [Test]
    public void Counts_lie_within_their_bounds_also_after_merges()
    {
        var items = Skewed(1, 30_000);
        var truth = items.CountBy(item => item).ToDictionary();
        var merged = new FrequentItems(6);
        for (var part = 0; part < 10; part++) merged.Merge(Of(items.AsSpan(part * 3000, 3000)));
        foreach (var sketch in new[] { Of(items), merged })
        {
            Assert.That(sketch.TotalWeight, Is.EqualTo(30_000));
            Assert.That(sketch.MaximumError, Is.InRange(1, 30_000 * 3.5 / 64));
            foreach (var (item, count) in truth) Assert.That(count, Is.InRange(sketch.LowerBound(item), sketch.UpperBound(item)));
            Assert.That(truth.Where(pair => pair.Value > sketch.MaximumError).Select(pair => pair.Key), Is.SubsetOf(sketch.Items().Select(item => item.Item)));
            foreach (var item in sketch.Items(500, onlyCertain: true)) Assert.That(truth[item.Item], Is.GreaterThan(500));
        }
    }

    [Test]
    public void Counts_are_exact_in_any_merge_order_while_there_is_room()
    {
        var items = Skewed(2, 3000, 150);
        FrequentItems Part(int part) => Of(items.AsSpan(part * 1000, 1000), 8);
        FrequentItems first = Part(0), nested = Part(2), tail = Part(1);
        first.Merge(Part(1));
        first.Merge(Part(2));
        tail.Merge(Part(0));
        nested.Merge(tail);
        Assert.That(nested.ToBytes(), Is.EqualTo(first.ToBytes()));
        Assert.That(first.ToBytes(), Is.EqualTo(Of(items, 8).ToBytes()));
        Assert.That(first.MaximumError, Is.Zero);
        foreach (var (item, count) in items.CountBy(item => item)) Assert.That(first.Estimate(item), Is.EqualTo(count));
        Assert.That(first.Estimate("none"), Is.Zero);
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(20_000)]
    public void A_sketch_read_back_goes_on_as_the_one_written(int count)
    {
        var sketch = Of(Skewed(3, count));
        var again = FrequentItems.FromBytes(sketch.ToBytes());
        Assert.That(again.ToBytes(), Is.EqualTo(sketch.ToBytes()));
        sketch.Update(Skewed(4, 5000));
        again.Update(Skewed(4, 5000));
        Assert.That(again.ToBytes(), Is.EqualTo(sketch.ToBytes()));
    }

    [Test]
    public void A_sketch_that_dropped_everything_keeps_its_total()
    {
        var sketch = Of([.. Enumerable.Range(0, 7).Select(i => $"{i}")], 3);
        Assert.That(sketch is { Retained: 0, TotalWeight: 7, MaximumError: 1 });
        Assert.That(FrequentItems.FromBytes(sketch.ToBytes()) is { Retained: 0, TotalWeight: 7, MaximumError: 1 });
    }

    [Test]
    public void Damaged_bytes_are_noticed() => Damage.IsNoticed(Of(Skewed(1, 100)).ToBytes(), static bytes => FrequentItems.FromBytes(bytes));

    [Test]
    public void The_bytes_of_small_sketches_are_those_of_the_layout()
    {
        var sketch = new FrequentItems(10);
        Assert.That(Convert.ToHexString(sketch.ToDataSketches()), Is.EqualTo("01010A0A03050000"));
        sketch.Update("b");
        sketch.Update("aé", 3);
        Assert.That(Convert.ToHexString(sketch.ToDataSketches()), Is.EqualTo(
            "04010A0A03000000" + "0200000000000000" + "0400000000000000" + "0000000000000000" + "0300000000000000" + "0100000000000000" + "0300000061C3A9" + "0100000062"));
    }

    [Test]
    public void Bad_arguments_are_rejected_and_known_items_allocate_nothing()
    {
        Assert.That(() => new FrequentItems(2), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(() => new FrequentItems().Update("a", -1), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(() => new FrequentItems().Update("\uD800"), Throws.TypeOf<MLOpsInvalidException>());
        var items = Skewed(1, 5000, 100);
        var sketch = Of(items, 8);
        var before = GC.GetAllocatedBytesForCurrentThread();
        sketch.Update(items);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(Of(["", "a", ""]).Estimate(""), Is.EqualTo(2));
    }
}
