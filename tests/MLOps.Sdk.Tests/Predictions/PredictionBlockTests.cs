using MLOps.Data;

namespace MLOps.Predictions;

public sealed class PredictionBlockTests
{
    private static readonly Feature[] s_features = [new("temp", FeatureKind.Number), new("weather", FeatureKind.Category), new("hour", FeatureKind.Number)];

    [TestCase(1)]
    [TestCase(1000)]
    public void Rows_come_back_with_their_exact_bits(int count)
    {
        var random = new Random(7);
        var oddNaN = BitConverter.Int64BitsToDouble(0x7FF0_0000_0000_0BAD);
        double[] special = [oddNaN, double.NaN, double.NegativeInfinity, -0.0, double.Epsilon, double.MaxValue];
        string?[] weather = ["sun", null, "", "雨", new string('x', 3000)];
        var rows = new PredictionRows("m", 5, s_features, 4096);
        var expected = new List<(ulong Sequence, long Time, long Score, long Temp, string? Weather, long Hour)>();
        for (var i = 0; i < count; i++)
        {
            var row = (Sequence: (ulong)random.NextInt64(), Time: random.NextInt64(long.MaxValue), Score: special[i % 6], Temp: special[(i + 1) % 6], Weather: weather[i % 5], Hour: random.NextDouble());
            rows.Add(row.Sequence, row.Time, row.Score, [row.Temp, row.Hour], [row.Weather]);
            expected.Add((row.Sequence, row.Time, Bits(row.Score), Bits(row.Temp), row.Weather, Bits(row.Hour)));
        }

        var block = PredictionBlock.Pack(rows);
        var batch = PredictionBlock.Read(block, Generation(5), "s:0");
        var header = PredictionBlock.ReadHeader(block, "s:0");
        Assert.That(
            Enumerable.Range(0, batch.Count).Select(i => (batch.Sequences[i], batch.Times[i], Bits(batch.Scores[i]), Bits(batch.Numbers[0][i]), batch.Categories[0][i], Bits(batch.Numbers[1][i]))),
            Is.EqualTo(expected));
        Assert.That(batch.Features, Is.EqualTo(s_features));
        Assert.That((header.Rows, header.MinTime, header.MaxTime), Is.EqualTo((count, expected.Min(r => r.Time), expected.Max(r => r.Time))));
        Assert.That((header.MinSequence, header.MaxSequence), Is.EqualTo((expected.Min(r => r.Sequence), expected.Max(r => r.Sequence))));
    }

    [Test]
    public void A_typical_hour_of_traffic_takes_a_few_bytes_for_each_value()
    {
        var rows = new PredictionRows("m", 5, s_features, 4096);
        for (var i = 0; i < 4096; i++) rows.Add((ulong)i, 638_000_000_000_000_000 + (i * 10_000L), i % 97, [(i % 40) / 2.0, i % 24], [i % 3 == 0 ? "sun" : "rain"]);
        var block = PredictionBlock.Pack(rows);
        TestContext.Out.WriteLine($"{block.Length / 4096.0:F2} bytes for a row of 6 values");
        Assert.That(block, Has.Length.LessThan(4096 * 12));
    }

    [Test]
    public void A_block_that_is_damaged_anywhere_is_an_integrity_error()
    {
        var rows = new PredictionRows("m", 5, s_features, 4096);
        for (var i = 0; i < 20; i++) rows.Add((ulong)i, i, i, [i, i], ["a"]);
        var block = PredictionBlock.Pack(rows);
        for (var i = 0; i < block.Length; i++)
        {
            var damaged = block.ToArray();
            damaged[i] ^= 0x40;
            Assert.Throws<MLOpsIntegrityException>(() => PredictionBlock.Read(damaged, Generation(5), "s:0"));
            Assert.Throws<MLOpsIntegrityException>(() => PredictionBlock.ReadHeader(damaged, "s:0"));
            Assert.Throws<MLOpsIntegrityException>(() => PredictionBlock.Read(block.AsSpan(0, i), Generation(5), "s:0"));
        }

        Assert.Throws<MLOpsIntegrityException>(() => PredictionBlock.Read(block, Generation(6), "s:0"));
    }

    [Test]
    public void Garbage_with_a_valid_check_is_an_integrity_error_too()
    {
        var random = new Random(3);
        for (var round = 0; round < 3000; round++)
        {
            var garbage = new byte[random.Next(1, 200)];
            random.NextBytes(garbage);
            var writer = new BlockWriter();
            if (round % 2 == 0)
            {
                writer.Byte((byte)'P');
                writer.Byte(1);
                writer.Fixed(5UL);
            }

            writer.Bytes(garbage);
            var block = writer.Finish();
            Assert.That(() => PredictionBlock.Read(block, Generation(5), "s:0"), Throws.TypeOf<MLOpsIntegrityException>());
            Assert.That(() => LabelBlock.Read(block, "s:0"), Throws.TypeOf<MLOpsIntegrityException>());
        }
    }

    [Test]
    public void Labels_come_back_as_they_were()
    {
        StoredLabel[] labels = [new(new(5, 1), -0.0, 100), new(new(5, ulong.MaxValue), double.Epsilon, 50), new(new(0, 3), 1e308, 200), new(new(9, 3), 1, 0)];
        var (at, read) = LabelBlock.Read(LabelBlock.Pack(labels, new DateTimeOffset(77, TimeSpan.Zero)), "s:0");
        Assert.That(at, Is.EqualTo(77));
        Assert.That(read, Is.EqualTo(labels));
    }

    private static long Bits(double value) => BitConverter.DoubleToInt64Bits(value);

    private static ServedGeneration Generation(ulong id) => new()
    {
        Id = ServedGeneration.ToId(id),
        Model = "m",
        Number = 3,
        Digest = Digest.Of("x"),
        Alias = "champion",
        Actor = "test",
        Host = "here",
        LoadedAt = DateTimeOffset.UnixEpoch,
    };
}
