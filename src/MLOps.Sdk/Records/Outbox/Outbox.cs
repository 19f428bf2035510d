using System.Globalization;
using System.Runtime.CompilerServices;
using MLOps.Storage;

namespace MLOps.Records;

/// <summary>
/// The events of a store: each is written in the commit of the fact that it tells of, so that neither is there without the
/// other. Here they are watched as they come, by this process, whichever process committed them. Thread-safe.
/// </summary>
/// <remarks>Watching is live: what happens while nobody watches is not told again. A webhook (<c>AddWebhook</c>) gets every event at least once.</remarks>
public sealed class Outbox
{
    private readonly IRecordStore _store;
    private readonly RecordWriter _writer;
    private readonly RecordCollection<WebhookDelivery> _deliveries;

    internal Outbox(RecordWriter writer) => (_store, _writer, _deliveries) = (writer.Store, writer, WebhookDeliveries.In(writer.Store));

    /// <summary>Events as they are committed, in order, from the moment of the first step of the enumeration until cancelled.</summary>
    /// <param name="model">Only those of one model; null for all.</param>
    /// <param name="cancellationToken">Ends the enumeration with <see cref="OperationCanceledException"/>.</param>
    public async IAsyncEnumerable<ModelEvent> WatchAsync(string? model = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var now = await _store.QueryAsync(new RecordQuery(Collections.Outbox) { Size = 1 }, cancellationToken).ConfigureAwait(false);
        var events = In(_store);
        await foreach (var change in _store.WatchAsync(now.Position, [Collections.Outbox], cancellationToken).ConfigureAwait(false))
            if (change.Record is { } record && events.Read(record).Value is var told && (model is null || told.Model == model)) yield return told;
    }

    /// <summary>What is still to be delivered to webhooks, and what was parked because the receiver kept refusing it; in order for each webhook.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    public async IAsyncEnumerable<WebhookDelivery> DeliveriesAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var delivery in _deliveries.QueryAsync(cancellationToken: cancellationToken).ConfigureAwait(false)) yield return delivery.Value;
    }

    /// <summary>Lets a parked delivery be tried anew. It comes after later events of its model that were delivered meanwhile.</summary>
    /// <param name="id">Its <see cref="WebhookDelivery.Id"/>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MLOpsNotFoundException">There is no such delivery, or it was made meanwhile.</exception>
    public async ValueTask RedeliverAsync(string id, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(id);
        var parked = await _deliveries.GetAsync(id, cancellationToken).ConfigureAwait(false)
            ?? throw new MLOpsNotFoundException($"There is no delivery '{Name.Shown(id)}': it was made meanwhile, or never asked for.");
        await _writer.CommitAsync([_deliveries.Put(parked, parked.Value with { IsParked = false, Refusals = 0 })], $"deliver {id} again", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The put of a new event, for the commit of its fact.</summary>
    internal static RecordPut Of(RecordWriter writer, string type, string model, EntityRef subject, params ReadOnlySpan<(string Name, string? Value)> data)
    {
        var facts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in data)
            if (value is not null) facts[name] = value;
        var now = writer.Now;
        return In(writer.Store).Put(
            new ModelEvent { Id = Guid.CreateVersion7(now).ToString("n"), Type = type, Model = model, Subject = subject, At = now, Actor = writer.Actor, Data = facts }, RecordOperation.Absent);
    }

    /// <summary>A number as event data.</summary>
    internal static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    internal static RecordCollection<ModelEvent> In(IRecordStore store) => new(
        store, Collections.Outbox, RecordsJson.Default.ModelEvent, e => e.Id,
        (e, fields) =>
        {
            fields["model"] = e.Model;
            fields["at"] = FieldValue.Of(e.At);
        },
        Complete);

    internal static ModelEvent Complete(ModelEvent told) => told with { Data = told.Data ?? new Dictionary<string, string>() };
}
