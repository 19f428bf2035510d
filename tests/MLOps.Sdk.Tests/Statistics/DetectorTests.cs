namespace MLOps.Statistics;

public sealed class DetectorTests
{
    private static readonly Dictionary<string, Func<IStreamDetector>> s_all = new()
    {
        ["Adwin"] = () => new Adwin(),
        ["Ddm"] = () => new Ddm(),
        ["Eddm"] = () => new Eddm(),
        ["HddmA"] = () => new HddmA(twoSided: true),
        ["HddmW"] = () => new HddmW(twoSided: true),
        ["PageHinkley"] = () => new PageHinkley(),
        ["Kswin"] = () => new Kswin(),
    };

    private static IEnumerable<string> Names => s_all.Keys;

    private static double[] Errors(int seed, int count, double rate)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() < rate ? 1.0 : 0.0)];
    }

    private static List<int> Drifts(IStreamDetector detector, IEnumerable<double> stream) =>
        [.. stream.Select((value, i) => (Drift: detector.Update(value).Drift, i)).Where(x => x.Drift).Select(x => x.i)];

    [Test]
    public void A_constant_stream_has_no_drift_and_no_warning([ValueSource(nameof(Names))] string name, [Values(0, 1)] double value)
    {
        var detector = s_all[name]();
        Assert.That(Enumerable.Repeat(value, 20_000).All(x => detector.Update(x) == default));
    }

    [Test]
    public void A_constant_stream_of_any_size_has_no_drift([Values("Adwin", "PageHinkley", "Kswin")] string name, [Values(-0.0, 0.1, -1234.5678, 1e6 / 3)] double value) =>
        Assert.That(Drifts(s_all[name](), Enumerable.Repeat(value, 5000)), Is.Empty);

    [Test]
    public void A_rise_of_the_error_rate_is_detected_soon([ValueSource(nameof(Names))] string name, [Range(1, 10)] int seed)
    {
        var detector = s_all[name]();
        var stream = Errors(seed, 2000, 0.1).Concat(Errors(seed + 100, 600, 0.9));
        Assert.That(Drifts(detector, stream).Any(i => i is > 2000 and < 2300));
    }

    [Test]
    public void The_same_stream_gives_the_same_detections_also_after_a_reset([ValueSource(nameof(Names))] string name)
    {
        var stream = Errors(3, 3000, 0.1).Concat(Errors(4, 3000, 0.6)).Concat(Errors(5, 3000, 0.2)).ToArray();
        var used = s_all[name]();
        var first = Drifts(used, stream);
        Assert.That(first, Is.Not.Empty);
        used.Reset();
        Assert.That(used.State, Is.EqualTo(default(DetectorState)));
        Assert.That(Drifts(used, stream), Is.EqualTo(first));
    }

    [Test]
    public void After_a_detection_the_next_value_starts_a_new_stream([ValueSource(nameof(Names))] string name)
    {
        var stream = Errors(3, 1000, 0.1).Concat(Errors(4, 3000, 0.8)).Concat(Errors(5, 3000, 0.1)).Concat(Errors(6, 3000, 0.9)).ToArray();
        var drifts = Drifts(s_all[name](), stream);
        Assert.That(drifts, Is.Not.Empty);
        var rest = Drifts(s_all[name](), stream.Skip(drifts[0] + 1)).Select(i => i + drifts[0] + 1);
        Assert.That(drifts.Skip(1), Is.EqualTo(rest));
    }

    [Test]
    public void A_value_that_is_no_number_is_refused_and_leaves_no_trace([ValueSource(nameof(Names))] string name, [Values(double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1e101)] double bad)
    {
        var (clean, tried) = (s_all[name](), s_all[name]());
        var stream = Errors(3, 3000, 0.1).Concat(Errors(4, 1000, 0.8)).ToArray();
        for (var i = 0; i < stream.Length; i++)
        {
            if (i % 100 == 50 || clean.State.Drift) Assert.That(() => tried.Update(bad), Throws.TypeOf<MLOpsInvalidException>());
            if (tried.Update(stream[i]) != clean.Update(stream[i])) Assert.Fail($"value {i}");
        }
    }

    [TestCase("Ddm", -0.1), TestCase("Ddm", 1.1), TestCase("HddmA", -0.1), TestCase("HddmA", 2), TestCase("HddmW", 1.01), TestCase("Eddm", 0.5)]
    public void Detectors_of_error_streams_refuse_what_is_no_error(string name, double value) =>
        Assert.That(() => s_all[name]().Update(value), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("must be"));

    [Test]
    public void The_sign_of_zero_makes_no_difference()
    {
        var kswin = new Kswin();
        Assert.That(Drifts(kswin, Enumerable.Range(0, 1000).Select(i => i < 500 ? 0.0 : -0.0)), Is.Empty);
        Assert.That(kswin.Statistic, Is.Zero);
    }

    [Test]
    public void Parameters_outside_their_range_are_refused_by_name()
    {
        Refused(() => new Adwin(delta: 0), "delta");
        Refused(() => new Adwin(delta: double.NaN), "delta");
        Refused(() => new Adwin(clock: 0), "clock");
        Refused(() => new Adwin(maxBuckets: 1), "maxBuckets");
        Refused(() => new Adwin(maxBuckets: 1025), "maxBuckets");
        Refused(() => new Adwin(minWindowLength: 0), "minWindowLength");
        Refused(() => new Adwin(gracePeriod: -1), "gracePeriod");
        Refused(() => new Ddm(warmStart: 0), "warmStart");
        Refused(() => new Ddm(warningThreshold: 4), "driftThreshold");
        Refused(() => new Eddm(alpha: 0.8), "beta");
        Refused(() => new HddmA(driftConfidence: 0.01), "warningConfidence");
        Refused(() => new HddmW(lambda: 1), "lambda");
        Refused(() => new PageHinkley(alpha: 0), "alpha");
        Refused(() => new PageHinkley(threshold: double.NaN), "threshold");
        Refused(() => new PageHinkley(direction: (PageHinkleyDirection)9), "direction");
        Refused(() => new Kswin(windowSize: 30), "windowSize");
        Refused(() => new Kswin(minStatistic: 1), "minStatistic");

        static void Refused(Func<object> make, string name) => Assert.That(() => make(), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains(name));
    }

    [Test]
    public void An_update_allocates_nothing([ValueSource(nameof(Names))] string name)
    {
        var detector = s_all[name]();
        var stream = Errors(3, 3000, 0.1).Concat(Errors(4, 3000, 0.8)).ToArray();
        foreach (var value in stream) detector.Update(value);
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var value in stream) detector.Update(value);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Kswin_agrees_with_the_test_it_is_made_of([Range(1, 5)] int seed)
    {
        var random = new Random(seed);
        var stream = Enumerable.Range(0, 2000).Select(i => (double)random.Next(12) + i / 400 * 8).ToArray();
        var kswin = new Kswin(alpha: 0.001, windowSize: 90, statSize: 25);
        var start = 0;
        for (var i = 0; i < stream.Length; i++)
        {
            var drift = kswin.Update(stream[i]).Drift;
            if (i + 1 - start < 90)
            {
                Assert.That(!drift && double.IsNaN(kswin.Statistic));
                continue;
            }

            var test = TwoSample.KolmogorovSmirnov(stream.AsSpan(i - 89, 65), stream.AsSpan(i - 24, 25), PValueMethod.Exact);
            Assert.That(kswin.Statistic, Is.EqualTo(test.Statistic));
            Assert.That(drift, Is.EqualTo(test.PValue <= 0.001 && test.Statistic > 0.1));
            if (drift) start = i + 1;
        }

        Assert.That(start, Is.Positive);
    }

    [Test]
    public void The_window_of_Adwin_is_that_of_its_newest_values()
    {
        var stream = Errors(1, 5000, 0.3);
        var adwin = new Adwin(delta: 0.002);
        Assert.That(adwin is { Width: 0, Mean: double.NaN, Variance: double.NaN });
        foreach (var value in stream) adwin.Update(value);
        Assert.That(adwin.Width, Is.EqualTo(5000));
        var moments = Moments.Of(stream);
        Near.Statistic(adwin.Mean, moments.Mean, "mean");
        Near.Statistic(adwin.Variance, moments.Variance(0), "variance");
    }
}
