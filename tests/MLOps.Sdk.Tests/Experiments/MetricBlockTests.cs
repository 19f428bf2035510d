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

    [Test]
    public void Regular_points_cost_about_ten_bytes()
    {
        var points = Enumerable.Range(0, 1000).Select(i => new LoggedPoint(0, i, 1_700_000_000_000 + (i * 20), i * 0.1)).ToArray();
        Assert.That(MetricBlock.Encode(points), Has.Length.LessThan(10_050));
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
            if (bytes.Length > 0) bytes[0] = 1;
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
            (body[0], body[1]) = (1, (byte)random.Next(0, 4));
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
        block[0] = 2;
        Assert.That(Assert.Throws<MLOpsIntegrityException>(() => MetricBlock.Decode(block, Stream, 0))!.Message, Does.Contain("newer release"));
    }

    private static void RoundTrips(LoggedPoint[] points)
    {
        var read = MetricBlock.Decode(MetricBlock.Encode(points), Stream, 0);
        Assert.That(read.Select(p => (p.Step, p.Time.ToUnixTimeMilliseconds(), BitConverter.DoubleToInt64Bits(p.Value))),
            Is.EqualTo(points.Select(p => (p.Step, p.Time, BitConverter.DoubleToInt64Bits(p.Value)))));
    }
}
