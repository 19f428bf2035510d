namespace MLOps.Statistics;

public sealed class HyperLogLogTests
{
    private static HyperLogLog Of(int from, int to, int lgK = 12)
    {
        var sketch = new HyperLogLog(lgK);
        for (var i = from; i < to; i++) sketch.Update((ulong)i);
        return sketch;
    }

    [Test]
    public void The_example_holds()
    {
        var sketch = new HyperLogLog();
        foreach (var user in new[] { "ann", "bob", "ann", "" }) sketch.Update(user);
        Assert.That(sketch.Estimate().Value, Is.EqualTo(2).Within(1e-6));
        Assert.That(new HyperLogLog().Estimate(), Is.EqualTo(new CardinalityEstimate(0, 0, 0)));
    }

    [TestCase(10)]
    [TestCase(8)]
    [TestCase(12)]
    [TestCase(14)]
    public void The_estimate_is_within_its_standard_error_before_and_after_merges(int lgK)
    {
        foreach (var count in new[] { 10, 100, 1000, 5000, 20_000 })
        {
            double square = 0, mergedSquare = 0;
            const int Rounds = 40;
            for (var round = 0; round < Rounds; round++)
            {
                var start = round * 1_000_000;
                var one = Of(start, start + count, lgK);
                var merged = Of(start, start + count / 2, lgK);
                merged.Merge(Of(start + count / 3, start + count, lgK));
                square += Math.Pow(one.Estimate().Value / count - 1, 2);
                mergedSquare += Math.Pow(merged.Estimate().Value / count - 1, 2);
            }

            var error = Math.Sqrt(1.0 / (1 << lgK));
            Assert.That(Math.Sqrt(square / Rounds), Is.LessThan(1.4 * 0.833 * error), $"{count}");
            Assert.That(Math.Sqrt(mergedSquare / Rounds), Is.LessThan(1.4 * 1.04 * error), $"{count} merged");
        }
    }

    [TestCase(4)]
    [TestCase(12)]
    public void Merges_in_any_order_give_the_same_bytes(int lgK)
    {
        foreach (var count in new[] { 1, 5, 60, 300, 3000 })
        {
            HyperLogLog Part(int part) => Of(part * count / 2, part * count / 2 + count, lgK);
            HyperLogLog first = Part(0), second = Part(2), tail = Part(1);
            first.Merge(Part(1));
            first.Merge(Part(2));
            tail.Merge(Part(2));
            var nested = Part(0);
            nested.Merge(tail);
            second.Merge(Part(0));
            second.Merge(Part(1));
            Assert.That(nested.ToBytes(), Is.EqualTo(first.ToBytes()));
            Assert.That(second.ToBytes(), Is.EqualTo(first.ToBytes()));
            first.Merge(first);
            Assert.That(second.ToBytes(), Is.EqualTo(first.ToBytes()));
        }
    }

    [TestCase(0)]
    [TestCase(7)]
    [TestCase(8)]
    [TestCase(300)]
    [TestCase(5000)]
    public void A_sketch_read_back_goes_on_as_the_one_written(int count)
    {
        var sketch = Of(0, count);
        var again = HyperLogLog.FromBytes(sketch.ToBytes());
        for (var i = 0; i < 1000; i++)
        {
            sketch.Update(i + 0.5);
            again.Update(i + 0.5);
        }

        Assert.That(again.ToBytes(), Is.EqualTo(sketch.ToBytes()));
        Assert.That(again.Estimate(), Is.EqualTo(sketch.Estimate()));
    }

    [Test]
    public void Damaged_bytes_are_noticed()
    {
        Damage.IsNoticed(Of(0, 20).ToBytes(), static bytes => HyperLogLog.FromBytes(bytes));
        Damage.IsNoticed(Of(0, 2000).ToBytes(), static bytes => HyperLogLog.FromBytes(bytes));
    }

    [Test]
    public void The_bytes_of_small_sketches_are_those_of_the_layout()
    {
        // Preamble integers, serial version, family, lgK, lg of the list, flags (empty 4, compact 8), count, mode (list) and target (HLL_8); then coupons.
        var sketch = new HyperLogLog();
        Assert.That(Convert.ToHexString(sketch.ToDataSketches()), Is.EqualTo("0201070C030C0008"));
        sketch.Update("The quick brown fox jumps over the lazy dog");
        var (low, high) = Murmur3.Of("The quick brown fox jumps over the lazy dog"u8, 9001);
        var coupon = (uint)(low & 0x3FFFFFF) | (uint)(System.Numerics.BitOperations.LeadingZeroCount(high) + 1) << 26;
        Assert.That(sketch.ToDataSketches(), Is.EqualTo((byte[])[2, 1, 7, 12, 3, 8, 1, 8, .. BitConverter.GetBytes(coupon)]));
        Assert.That(Of(0, 8).ToDataSketches()[..12], Is.EqualTo(new byte[] { 3, 1, 7, 12, 5, 8, 0, 9, 8, 0, 0, 0 }));
        var registers = Of(0, 5000).ToDataSketches();
        Assert.That(registers[..8], Is.EqualTo(new byte[] { 10, 1, 7, 12, 0, 8, 0, 10 }));
        Assert.That(BitConverter.ToDouble(registers, 16) + BitConverter.ToDouble(registers, 24), Is.EqualTo(registers[40..].Sum(register => Math.Pow(2, -register))));
        Assert.That(BitConverter.ToInt32(registers, 32), Is.EqualTo(registers[40..].Count(register => register == 0)));
        Assert.That(registers, Has.Length.EqualTo(40 + 4096));
    }

    [Test]
    public void A_sketch_written_by_datasketches_cpp_holds_the_same_coupons()
    {
        // HLL_8, lgK 12, compact, updated with "key0".."key4" and the double 0.5 (commit c2288858); its coupons are in order of arrival.
        var theirs = HyperLogLog.FromDataSketches(Convert.FromHexString("0201070C03080608F9C6F110C3C2880749E8140501A692069367200B731C001B"));
        var ours = new HyperLogLog();
        for (var i = 0; i < 5; i++) ours.Update($"key{i}");
        ours.Update(0.5);
        Assert.That(theirs.ToBytes(), Is.EqualTo(ours.ToBytes()));
    }

    [Test]
    public void Zeros_are_one_value_and_so_are_NaN()
    {
        var sketch = new HyperLogLog();
        sketch.Update([0.0, -0.0, double.NaN, -double.NaN, BitConverter.UInt64BitsToDouble(0x7FF8_0000_0000_0001)]);
        Assert.That(sketch.Estimate().Value, Is.EqualTo(2).Within(1e-6));
    }

    [Test]
    public void Bad_arguments_are_rejected_and_bulk_updates_allocate_nothing()
    {
        Assert.That(() => new HyperLogLog(3), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(() => new HyperLogLog(4).Merge(new HyperLogLog(5)), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(() => new HyperLogLog(4).Estimate(4), Throws.TypeOf<MLOpsInvalidException>());
        var sketch = Of(0, 5000);
        var values = Enumerable.Range(0, 10_000).Select(i => (ulong)i).ToArray();
        var before = GC.GetAllocatedBytesForCurrentThread();
        sketch.Update(values);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }
}
