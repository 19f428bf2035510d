using System.Diagnostics.Metrics;

namespace MLOps.Predictions;

/// <summary>What this room counts. A counter that nobody listens to costs a test of a flag.</summary>
internal static class PredictionsTelemetry
{
    private static readonly Meter s_meter = new(MLOpsTelemetry.MeterName);
    private static readonly Counter<long> s_dropped = s_meter.CreateCounter<long>("mlops.prediction_log.dropped", "{row}", "Predictions that the log dropped because it was full or a column could not be read.");
    private static readonly Counter<long> s_written = s_meter.CreateCounter<long>("mlops.prediction_log.written", "{row}", "Predictions that the log has made durable.");
    private static readonly Counter<long> s_failed = s_meter.CreateCounter<long>("mlops.prediction_log.failures", "{attempt}", "Attempts to write the prediction log that failed and are tried again.");

    public static void Dropped(string model, long rows)
    {
        if (s_dropped.Enabled) s_dropped.Add(rows, new KeyValuePair<string, object?>("mlops.model", model));
    }

    public static void Written(string model, long rows)
    {
        if (s_written.Enabled) s_written.Add(rows, new KeyValuePair<string, object?>("mlops.model", model));
    }

    public static void Failed() => s_failed.Add(1);
}
