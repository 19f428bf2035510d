using System.Text;

namespace MLOps.Statistics;

public sealed class ExactSketchTests
{
    [Test]
    public void Bin_counts_merge_exactly_in_any_order_and_survive_storage()
    {
        var bins = Binning.EqualWidth(-2, 2, 16);
        double[] values = [.. Normal.Sample(new Random(1), 3000), double.NaN];
        BinCounts a = bins.CountOf(values.AsSpan(0, 700)), b = bins.CountOf(values.AsSpan(700, 900)), c = bins.CountOf(values.AsSpan(1600)), whole = bins.CountOf(values);
        foreach (var merged in new[] { a.Merge(b).Merge(c), a.Merge(b.Merge(c)), c.Merge(a).Merge(b) })
        {
            Assert.That(merged.Counts, Is.EqualTo(whole.Counts));
            Assert.That(merged.NaNCount, Is.EqualTo(1));
        }

        var again = BinCounts.FromBytes(whole.ToBytes());
        Assert.That(again.Counts, Is.EqualTo(whole.Counts));
        Assert.That(again.NaNCount, Is.EqualTo(1));
        Damage.IsNoticed(whole.ToBytes(), static bytes => BinCounts.FromBytes(bytes));
        Assert.That(() => a.Merge(new([1], 0)), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(() => BinCounts.FromBytes(Moments.Empty.ToBytes()), Throws.TypeOf<MLOpsIntegrityException>());
    }

    [Test]
    public void Moments_survive_storage_to_the_bit()
    {
        foreach (var moments in new[] { Moments.Empty, Moments.Of([1, 2.5, double.NaN, double.PositiveInfinity]) })
            Assert.That(Moments.FromBytes(moments.ToBytes()), Is.EqualTo(moments));
        Damage.IsNoticed(Moments.Of([1, 2.5]).ToBytes(), static bytes => Moments.FromBytes(bytes));
    }

    [Test]
    public void A_reservoir_read_back_goes_on_as_the_one_written()
    {
        foreach (var count in new[] { 0, 3, 10, 500 })
        {
            var reservoir = new Reservoir<string>(10, 3);
            for (var i = 0; i < count; i++) reservoir.Add($"item {i}");
            var again = Reservoir.FromBytes(reservoir.ToBytes(Encoding.UTF8.GetBytes), Encoding.UTF8.GetString);
            for (var i = 0; i < 100; i++)
            {
                reservoir.Add($"more {i}");
                again.Add($"more {i}");
            }

            Assert.That(again.ToBytes(Encoding.UTF8.GetBytes), Is.EqualTo(reservoir.ToBytes(Encoding.UTF8.GetBytes)));
        }

        var example = new Reservoir<double>(capacity: 100, seed: 7);
        example.Add(1.5);
        Assert.That(Reservoir.FromBytes(example.ToBytes(BitConverter.GetBytes), static item => BitConverter.ToDouble(item)).Items, Is.EqualTo(new[] { 1.5 }));
        Damage.IsNoticed(example.ToBytes(BitConverter.GetBytes), static bytes => Reservoir.FromBytes(bytes, static item => BitConverter.ToDouble(item)));
    }

    [Test]
    public void Merged_reservoirs_give_every_item_the_same_chance()
    {
        var bins = new long[10];
        for (ulong seed = 0; seed < 800; seed++)
        {
            Reservoir<int> a = new(20, seed), b = new(20, seed + 5000);
            a.Add(Enumerable.Range(0, 400).ToArray());
            b.Add(Enumerable.Range(400, 100).ToArray());
            a.Merge(b);
            Assert.That(a is { Seen: 500, Items.Count: 20 });
            Assert.That(a.Items, Is.Unique);
            foreach (var item in a.Items) bins[item / 50]++;
        }

        Assert.That(TwoSample.ChiSquareHomogeneity(Enumerable.Repeat(1_000_000L, 10).ToArray(), bins).PValue, Is.GreaterThan(0.001));
    }

    [Test]
    public void Reservoirs_that_fit_together_lose_nothing()
    {
        Reservoir<int> a = new(10, 1), b = new(10, 2);
        a.Add([1, 2, 3]);
        b.Add([4, 5]);
        a.Merge(b);
        Assert.That(a.Items, Is.EquivalentTo(new[] { 1, 2, 3, 4, 5 }));
        Assert.That(() => a.Merge(new Reservoir<int>(11, 1)), Throws.TypeOf<MLOpsInvalidException>());
    }

    [Test]
    public void The_hash_is_MurmurHash3() =>
        // Published values of the x64 128-bit variant with seed 0.
        Assert.That(Murmur3.Of("The quick brown fox jumps over the lazy dog"u8, 0), Is.EqualTo((0xE34BBC7BBC071B6CUL, 0x7A433CA9C49A9347UL)));
}
