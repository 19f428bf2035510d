using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace MLOps.Monitoring;

/// <summary>What this room tells OpenTelemetry: an event on a span of its own, and a counter. Nobody listening costs a test of a flag.</summary>
internal static class MonitoringTelemetry
{
    private static readonly ActivitySource s_source = new(MLOpsTelemetry.ActivitySourceName);
    private static readonly Meter s_meter = new(MLOpsTelemetry.MeterName);
    private static readonly Counter<long> s_alerts = s_meter.CreateCounter<long>("mlops.monitor.alerts", "{alert}", "Alerts that opened or were resolved.");

    public static void Told(MonitorAlert alert)
    {
        var tags = new KeyValuePair<string, object?>[]
        {
            new("mlops.model", alert.Model), new("mlops.alert.kind", alert.Kind.ToString()), new("mlops.alert.state", alert.State.ToString()),
        };
        if (s_alerts.Enabled) s_alerts.Add(1, tags);
        using var activity = s_source.StartActivity("mlops.monitor.alert");
        activity?.AddEvent(new ActivityEvent("mlops.alert", tags: new ActivityTagsCollection([.. tags, new("mlops.alert.id", alert.Id), new("mlops.alert.title", alert.Title), new("mlops.version", alert.Number)])));
    }
}
