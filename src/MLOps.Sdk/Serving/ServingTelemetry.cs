using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace MLOps.Serving;

/// <summary>What this room counts and traces. What nobody listens to costs a test of a flag.</summary>
internal static class ServingTelemetry
{
    public static readonly ActivitySource Source = new(MLOpsTelemetry.ActivitySourceName);

    private static readonly Meter s_meter = new(MLOpsTelemetry.MeterName);
    private static readonly Counter<long> s_predictions = s_meter.CreateCounter<long>("mlops.predictions", "{prediction}", "Predictions answered.");
    private static readonly Counter<long> s_failures = s_meter.CreateCounter<long>("mlops.prediction.failures", "{call}", "Calls in which the model threw.");
    private static readonly Histogram<double> s_duration = s_meter.CreateHistogram<double>("mlops.prediction.duration", "s", "How long the model took, for each call.");
    private static readonly Counter<long> s_swaps = s_meter.CreateCounter<long>("mlops.model.swaps", "{swap}", "Generations published.");

    public static bool Measured => s_duration.Enabled || s_predictions.Enabled;

    public static void Answered(string model, int number, int count, TimeSpan took)
    {
        var tags = new TagList { { "mlops.model", model }, { "mlops.version", number } };
        s_predictions.Add(count, tags);
        s_duration.Record(took.TotalSeconds, tags);
    }

    public static void Failed(string model, int number)
    {
        if (s_failures.Enabled) s_failures.Add(1, new TagList { { "mlops.model", model }, { "mlops.version", number } });
    }

    public static void Swapped(string model)
    {
        if (s_swaps.Enabled) s_swaps.Add(1, new KeyValuePair<string, object?>("mlops.model", model));
    }
}
