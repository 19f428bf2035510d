using FsCheck;
using FsCheck.Fluent;

namespace MLOps.Experiments;

public sealed class MetricBlockTests
{
    private const string Stream = "runs/r/metrics/m";

    private static readonly long[] Steps = [0, 1, -1, 2, 1000, long.MaxValue, long.MinValue, long.MaxValue - 1];
    private static readonly long[] Times = [0, 1, 1_700_000_000_000, 1_700_000_000_001, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds(), DateTimeOffset.MinValue.ToUnixTimeMilliseconds()];

    [Test]
    public void Whatever_is_packed_comes_back_with_its_exact_bits()
    {
        for (var seed = 1; seed <= 300; seed++)
        {
            var random = new Random(seed);
            var points = Enumerable.Range(0, random.Next(0, 200)).Select(_ => new LoggedPoint(
                0, random.Next(3) == 0 ? random.NextInt64(long.MinValue, long.MaxValue) : Steps[random.Next(Steps.Length)],
                Times[random.Next(Times.Length)], BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)))).ToArray();
            RoundTrips(points);
        }
    }

    [Test]
    public void Any_doubles_and_steps_round_trip() =>
        Prop.ForAll<long[], double[]>((steps, values) => RoundTrips([.. steps.Zip(values, (s, v) => new LoggedPoint(0, s, 5, v))])).QuickCheckThrowOnFailure();

    [TestCase("a few decimals", 2.2)]
    [TestCase("whole numbers", 1.5)]
    [TestCase("a smooth curve", 4)]
    [TestCase("a decaying loss", 4)]
    [TestCase("nothing changes", 0.3)]
    [TestCase("noise", 8.6)]
    public void Points_cost_few_bytes(string series, double most)
    {
        var random = new Random(1);
        Func<int, double> value = series switch
        {
            "a few decimals" => i => Math.Round(0.5 + (0.3 * Math.Sin(i * 0.05)), 4),
            "whole numbers" => i => random.Next(100),
            "a smooth curve" => i => Math.Sin(i * 0.001),
            "a decaying loss" => i => 0.1 + (2 * Math.Exp(-i / 3000.0)),
            "nothing changes" => _ => Math.PI,
            _ => _ => random.NextDouble(),
        };
        var points = Enumerable.Range(0, 8000).Select(i => new LoggedPoint(0, i, 1_700_000_000_000 + (i * 20L), value(i))).ToArray();
        var bytes = (double)MetricBlock.Encode(points).Length / points.Length;
        TestContext.Out.WriteLine($"{series}: {bytes:0.00} bytes a point");
        Assert.That(bytes, Is.LessThanOrEqualTo(most));
        RoundTrips(points);
    }

    [Test]
    public void Any_numbers_in_any_count_come_back_from_a_column()
    {
        var random = new Random(9);
        for (var round = 0; round < 2000; round++)
        {
            var numbers = new long[random.Next(0, 100)];
            var bits = random.Next(0, 65);
            for (var i = 0; i < numbers.Length; i++) numbers[i] = bits == 0 ? 0 : random.NextInt64(long.MinValue, long.MaxValue) >> (64 - bits);
            var bytes = new byte[MLOps.Storage.Columns.IntegerColumn.MaxBytes(numbers.Length)];
            var end = MLOps.Storage.Columns.IntegerColumn.Write(bytes, 0, numbers.ToArray());
            var read = new long[numbers.Length];
            var at = 0;
            Assert.That(MLOps.Storage.Columns.IntegerColumn.TryRead(bytes.AsSpan(0, end), ref at, read), Is.True);
            Assert.That((read, at), Is.EqualTo((numbers, end)));
        }
    }

    [Test]
    public void A_flipped_bit_anywhere_is_an_integrity_error_that_names_the_stream()
    {
        var block = MetricBlock.Encode([new(0, 1, 2, 3.5), new(0, 2, 3, double.NaN), new(0, 900, 1_700_000_000_000, -0.0)]);
        for (var bit = 0; bit < block.Length * 8; bit++)
        {
            var damaged = block.ToArray();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            var error = Assert.Throws<MLOpsIntegrityException>(() => MetricBlock.Decode(damaged, Stream, 7));
            Assert.That((error!.Key, error.Message.Contains(Stream, StringComparison.Ordinal)), Is.EqualTo((Stream, true)));
        }
    }

    [Test]
    public void Random_and_cut_bytes_are_integrity_errors()
    {
        var random = new Random(3);
        var whole = MetricBlock.Encode([new(0, 1, 2, 3.5), new(0, 2, 3, 4)]);
        for (var length = 0; length < whole.Length; length++) Assert.Throws<MLOpsIntegrityException>(() => MetricBlock.Decode(whole.AsSpan(0, length), Stream, 0));
        for (var i = 0; i < 2000; i++)
        {
            var bytes = new byte[random.Next(0, 60)];
            random.NextBytes(bytes);
            if (bytes.Length > 0) bytes[0] = 2;
            Assert.Throws<MLOpsIntegrityException>(() => MetricBlock.Decode(bytes, Stream, 0));
        }
    }

    [Test]
    public void Nonsense_under_a_right_checksum_is_an_integrity_error_too()
    {
        var random = new Random(4);
        for (var i = 0; i < 5000; i++)
        {
            var body = new byte[random.Next(2, 40)];
            random.NextBytes(body);
            (body[0], body[1]) = (2, (byte)random.Next(0, 4));
            var block = MetricBlock.Sealed(body);
            try
            {
                MetricBlock.Decode(block, Stream, 0);
            }
            catch (MLOpsIntegrityException)
            {
                // The only error there may be; a body that happens to be right is right.
            }
        }
    }

    [Test]
    public void A_newer_format_is_told()
    {
        var block = MetricBlock.Encode([new(0, 1, 2, 3.5)]);
        block[0] = 4;
        Assert.That(Assert.Throws<MLOpsIntegrityException>(() => MetricBlock.Decode(block, Stream, 0))!.Message, Does.Contain("newer release"));
    }

    private static void RoundTrips(LoggedPoint[] points)
    {
        var read = MetricBlock.Decode(MetricBlock.Encode(points), Stream, 0);
        Assert.That(Enumerable.Range(0, read.Count).Select(i => read[i]).Select(p => (p.Step, p.Time.ToUnixTimeMilliseconds(), BitConverter.DoubleToInt64Bits(p.Value))),
            Is.EqualTo(points.Select(p => (p.Step, p.Time, BitConverter.DoubleToInt64Bits(p.Value)))));
    }
}
