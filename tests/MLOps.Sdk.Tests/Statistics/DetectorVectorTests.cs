using System.Text.Json;

namespace MLOps.Statistics;

public sealed class DetectorVectorTests
{
    private static IEnumerable<TestCaseData> Cases()
    {
        var cases = Vector.Json("concept_drift.json").GetProperty("cases");
        for (var i = 0; i < cases.GetArrayLength(); i++)
        {
            var name = cases[i].GetProperty("detector").GetString();
            // Depends on Python's random generator: informative only.
            if (name != "KSWIN_river_sampled") yield return new TestCaseData(cases[i]).SetArgDisplayNames($"{i} {name}");
        }
    }

    private static double[] Stream(JsonElement expected)
    {
        var input = expected.GetProperty("input");
        if (input.TryGetProperty("inline", out var inline)) return Vector.Doubles(inline);
        if (input.GetProperty("rows").ValueKind != JsonValueKind.Null) return Vector.Numbers(input)!;
        return Vector.Column(Path.GetFileNameWithoutExtension(input.GetProperty("file").GetString()!), input.GetProperty("column").GetString()!);
    }

    private static IStreamDetector Detector(JsonElement expected)
    {
        var p = expected.GetProperty("params");
        double Number(string name) => p.GetProperty(name).GetDouble();
        int Whole(string name) => p.GetProperty(name).GetInt32();
        bool TwoSided() => p.GetProperty("two_sided_test").GetBoolean();
        return expected.GetProperty("detector").GetString() switch
        {
            "ADWIN" => new Adwin(Number("delta"), Whole("clock"), Whole("max_buckets"), Whole("min_window_length"), Whole("grace_period")),
            "DDM" => new Ddm(Whole("warm_start"), Number("warning_threshold"), Number("drift_threshold")),
            "EDDM" => new Eddm(Whole("warm_start"), Number("alpha"), Number("beta")),
            "HDDM_A" => new HddmA(Number("drift_confidence"), Number("warning_confidence"), TwoSided()),
            "HDDM_W" => new HddmW(Number("drift_confidence"), Number("warning_confidence"), Number("lambda_val"), TwoSided()),
            "PageHinkley" => new PageHinkley(Whole("min_instances"), Number("delta"), Number("threshold"), Number("alpha"),
                Enum.Parse<PageHinkleyDirection>(p.GetProperty("mode").GetString()!, ignoreCase: true)),
            "KSWIN_deterministic" => new Kswin(Number("alpha"), Whole("window_size"), Whole("stat_size"), Number("min_statistic")),
            var other => throw new ArgumentException(other),
        };
    }

    [TestCaseSource(nameof(Cases))]
    public void Every_detection_is_where_River_has_it(JsonElement expected)
    {
        var (detector, stream) = (Detector(expected), Stream(expected));
        Assert.That(stream, Has.Length.EqualTo(expected.GetProperty("n").GetInt32()));
        var (drifts, warnings, warned) = (new List<int>(), new List<int>(), false);
        for (var i = 0; i < stream.Length; i++)
        {
            var state = detector.Update(stream[i]);
            if (state.Drift) drifts.Add(i);
            if (state.Warning && !warned) warnings.Add(i);
            warned = state.Warning;
        }

        Assert.That(drifts, Is.EqualTo(Vector.Doubles(expected.GetProperty("drift_indices"))));
        if (expected.TryGetProperty("warning_onset_indices", out var onsets)) Assert.That(warnings, Is.EqualTo(Vector.Doubles(onsets)));
        if (!expected.TryGetProperty("final", out var final)) return;
        var adwin = (Adwin)detector;
        Assert.That(adwin.Width, Is.EqualTo(final.GetProperty("width").GetDouble()));
        Near.Statistic(adwin.Mean, final.GetProperty("estimation").GetDouble(), "mean");
        Near.Statistic(adwin.Variance, final.GetProperty("variance_sum_sq_dev").GetDouble() / adwin.Width, "variance");
    }
}
