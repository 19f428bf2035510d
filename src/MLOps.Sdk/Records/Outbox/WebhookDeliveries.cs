using System.Globalization;
using MLOps.Storage;

namespace MLOps.Records;

/// <summary>The deliveries as records; their ids sort in the order of the events.</summary>
internal static class WebhookDeliveries
{
    public static RecordCollection<WebhookDelivery> In(IRecordStore store) => new(
        store, Collections.WebhookDeliveries, RecordsJson.Default.WebhookDelivery, d => d.Id,
        (d, fields) =>
        {
            fields["webhook"] = d.Webhook;
            fields["parked"] = d.IsParked ? 1 : 0;
        },
        d => d with { Event = Outbox.Complete(d.Event) });

    public static string IdOf(string webhook, long position) => string.Create(CultureInfo.InvariantCulture, $"{FittedName.Of(webhook, 400)}/{position:D19}");
}
