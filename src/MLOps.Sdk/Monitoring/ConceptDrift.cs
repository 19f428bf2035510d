using MLOps.Statistics;

namespace MLOps.Monitoring;

/// <summary>
/// Stream detectors on the realised loss. Their defaults misfire on real losses, which are neither bounded nor independent: here their thresholds are such that on losses resampled from the
/// baseline (in blocks, Künsch 1989) no detector fires within the wanted run length more often than in 63 of 100 streams.
/// </summary>
internal sealed class ConceptDrift
{
    private const int Streams = 20, BlockLength = 50, FewestLosses = 200, LongestCalibration = 20_000;
    private const ulong Seed = 19_540_101;

    private readonly double _mean, _deviation, _threshold, _delta;

    private ConceptDrift(double mean, double deviation, double threshold, double delta) => (_mean, _deviation, _threshold, _delta) = (mean, deviation, threshold, delta);

    /// <summary>Calibrates on the baseline's losses; null when there are fewer than 200 or all are equal.</summary>
    public static ConceptDrift? Of(Baseline baseline, int runLength)
    {
        if (baseline.Prediction is not { } prediction || baseline.Labels.Count != prediction.Sample.Count) return null;
        var losses = baseline.Labels.Zip(prediction.Sample, (label, answer) => Loss(label, answer)).Where(double.IsFinite).ToArray();
        var moments = Moments.Of(losses);
        if (losses.Length < FewestLosses || !(moments.StandardDeviation() > 0)) return null;
        var length = Math.Min(runLength, LongestCalibration);
        var random = new SplitMixShuffle(Seed);
        var streams = Enumerable.Range(0, Streams).Select(_ => Resampled(losses, length, random)).ToArray();
        // The stretch that could not be played makes a detector rarer in proportion.
        var wanted = runLength > length ? Streams * length * 0.63 / runLength : Streams * 0.63;

        var calibrated = new ConceptDrift(moments.Mean, moments.StandardDeviation(), 0, 0);
        return new(
            calibrated._mean, calibrated._deviation,
            Least(1, 1e6, t => streams.Count(s => Fires(PageHinkley(t), s, calibrated)) <= wanted),
            1 / Least(1.01, 1e12, inverse => streams.Count(s => Fires(new Adwin(1 / inverse), s, calibrated)) <= wanted));
    }

    /// <summary>The detectors' signals over losses in order.</summary>
    /// <param name="losses">Event time (ticks) and loss, in the order to judge.</param>
    public IReadOnlyList<ConceptSignal> Judge(IReadOnlyList<(long Time, double Loss)> losses)
    {
        var signals = new List<ConceptSignal>();
        foreach (var (name, detector) in new (string, IStreamDetector)[] { ("page-hinkley", PageHinkley(_threshold)), ("adwin", new Adwin(_delta)) })
        {
            var (first, count) = (0L, 0);
            foreach (var (time, loss) in losses)
            {
                if (!double.IsFinite(loss) || !detector.Update(Scaled(loss)).Drift) continue;
                if (count++ == 0) first = time;
            }

            if (count > 0) signals.Add(new(name, new DateTimeOffset(first, TimeSpan.Zero), count));
        }

        return signals;
    }

    public static double Loss(double label, double answer) => Math.Abs(label - answer);

    // Standardised and bounded, so that one outlier is no change.
    private double Scaled(double loss) => Math.Clamp((loss - _mean) / _deviation, -4, 4) / 8 + 0.5;

    private static PageHinkley PageHinkley(double threshold) => new(delta: 0.005, threshold: threshold, direction: PageHinkleyDirection.Up);

    private static bool Fires(IStreamDetector detector, double[] losses, ConceptDrift scale)
    {
        foreach (var loss in losses)
            if (detector.Update(scale.Scaled(loss)).Drift) return true;
        return false;
    }

    private static double[] Resampled(double[] losses, int length, SplitMixShuffle random)
    {
        var stream = new double[length];
        for (var at = 0; at < length; at += BlockLength)
        {
            var start = random.Below(losses.Length - BlockLength + 1);
            losses.AsSpan(start, Math.Min(BlockLength, length - at)).CopyTo(stream.AsSpan(at));
        }

        return stream;
    }

    // The least value at which the rule holds, to within a tenth, on a logarithmic scale.
    private static double Least(double low, double high, Func<double, bool> holds)
    {
        if (holds(low)) return low;
        while (high / low > 1.1)
        {
            var middle = Math.Sqrt(low * high);
            if (holds(middle)) high = middle;
            else low = middle;
        }

        return high;
    }
}
