using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Monitoring;

/// <summary>Alerts and silences as records.</summary>
internal static class MonitorAlerts
{
    public static RecordCollection<MonitorAlert> Of(IRecordStore store) => new(
        store, Collections.MonitorAlerts, MonitoringJson.Default.MonitorAlert, a => a.Id,
        (alert, fields) =>
        {
            fields["model"] = alert.Model;
            fields["kind"] = alert.Kind.ToString();
            fields["state"] = alert.State.ToString();
            fields["since"] = FieldValue.Of(alert.Since);
        },
        a => a with { Features = a.Features ?? [], Links = a.Links ?? [], Seen = a.Seen ?? [] });

    public static RecordCollection<AlertSilence> Silences(IRecordStore store) =>
        new(store, Collections.AlertSilences, MonitoringJson.Default.AlertSilence, s => s.Model);
}
