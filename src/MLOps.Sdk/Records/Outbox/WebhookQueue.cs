using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using MLOps.Storage;

namespace MLOps.Records;

/// <summary>
/// One webhook's way from the outbox to its receiver. Under a lease events are made out as deliveries in order of commit,
/// then sent model by model, each model's in order; a delivery's record goes when the receiver took it, so that a crash in between sends it again.
/// </summary>
internal sealed class WebhookQueue(Webhook webhook, RecordWriter writer, WebhookSender sender, ILogger logger) : IDisposable
{
    private const int Batch = 100, AtOnce = 4, MostPending = 10_000;
    private static readonly TimeSpan s_retention = TimeSpan.FromDays(30), s_pruning = TimeSpan.FromHours(1);

    private readonly Lease _lease = new(writer, new ProcessLeases(writer, new LeaseOptions { TimeToLive = webhook.TimeToLive }), "webhook/" + webhook.Name);
    private readonly RecordCollection<ModelEvent> _events = Outbox.In(writer.Store);
    private readonly RecordCollection<WebhookDelivery> _deliveries = WebhookDeliveries.In(writer.Store);
    private readonly RecordCollection<WebhookCursor> _cursors = new(writer.Store, Collections.WebhookCursors, RecordsJson.Default.WebhookCursor, c => FittedName.Of(c.Webhook, 400));
    private readonly ConcurrentDictionary<string, long> _due = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _step = new(1, 1);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private long? _pruned;

    public string Name => webhook.Name;

    /// <summary>Sends all that is due.</summary>
    /// <returns>How long until there is something to do again, unless a new event comes; null while another process does it.</returns>
    public async ValueTask<TimeSpan?> StepAsync(CancellationToken cancellationToken)
    {
        await _step.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await SendDueAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _step.Release();
        }
    }

    /// <summary>Lets another process go on at once.</summary>
    public ValueTask ReleaseAsync(CancellationToken cancellationToken) => _lease.ReleaseAsync(cancellationToken);

    public void Dispose()
    {
        _step.Dispose();
        _turn.Dispose();
    }

    private async ValueTask<TimeSpan?> SendDueAsync(CancellationToken cancellationToken)
    {
        if (await _lease.HoldAsync(cancellationToken).ConfigureAwait(false) is not { } position) return null;
        await MakeOutAsync(position, cancellationToken).ConfigureAwait(false);
        await PruneAsync(cancellationToken).ConfigureAwait(false);

        var pending = new List<Stored<WebhookDelivery>>();
        var mine = Filter.And(Filter.Equal("webhook", webhook.Name), Filter.Equal("parked", 0));
        await foreach (var delivery in _deliveries.QueryAsync(mine, pageSize: 1000, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            pending.Add(delivery);
            if (pending.Count == MostPending) break;
        }

        foreach (var gone in _due.Keys.Except(pending.Select(d => d.Value.Id), StringComparer.Ordinal)) _due.TryRemove(gone, out _);
        var models = pending.GroupBy(d => d.Value.Event.Model, StringComparer.Ordinal).ToList();
        var waits = new ConcurrentBag<TimeSpan>();
        await Parallel.ForEachAsync(models, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (model, token) =>
        {
            if (await SendAsync(model, token).ConfigureAwait(false) is { } wait) waits.Add(wait);
        }).ConfigureAwait(false);
        return waits.Append(webhook.TimeToLive / 3).Min();
    }

    /// <summary>One model's deliveries, in order, until one fails. Gives the wait until it may be tried again; null when all were taken.</summary>
    private async ValueTask<TimeSpan?> SendAsync(IEnumerable<Stored<WebhookDelivery>> deliveries, CancellationToken cancellationToken)
    {
        foreach (var delivery in deliveries)
        {
            var id = delivery.Value.Id;
            if (_due.TryGetValue(id, out var due) && writer.Time.GetTimestamp() is var now && now < due) return writer.Time.GetElapsedTime(now, due);
            if (!await HoldsAsync(cancellationToken).ConfigureAwait(false)) return null;
            var answer = await sender.SendAsync(webhook, delivery.Value.Event, cancellationToken).ConfigureAwait(false);
            if (answer.Error is null)
            {
                _due.TryRemove(id, out _);
                await CommitAsync(new RecordDelete(_deliveries.Key(id), delivery.Version), cancellationToken).ConfigureAwait(false);
                continue;
            }

            var failed = delivery.Value with
            {
                Tries = delivery.Value.Tries + 1,
                Refusals = delivery.Value.Refusals + (answer.IsRefusal ? 1 : 0),
                LastError = answer.Error,
                LastTriedAt = writer.Now,
            };
            failed = failed with { IsParked = failed.Refusals >= webhook.Options.MaxRefusals };
            var wait = Wait(failed.Tries, answer.RetryAfter);
            _due[id] = writer.Time.GetTimestamp() + (long)(wait.TotalSeconds * writer.Time.TimestampFrequency);
            await CommitAsync(_deliveries.Put(delivery, failed), cancellationToken).ConfigureAwait(false);
            if (!failed.IsParked)
            {
                logger.LogDeliveryFailed(webhook.Name, failed.Event.Id, failed.Tries, answer.Error);
                return wait;
            }

            _due.TryRemove(id, out _);
            logger.LogParked(webhook.Name, failed.Event.Id, id, answer.Error);
        }

        return null;
    }

    private TimeSpan Wait(int tries, TimeSpan? asked)
    {
        var longest = webhook.Options.LongestRetry;
        var wait = webhook.Options.FirstRetry * Math.Min(Math.Pow(2, Math.Min(tries - 1, 40)), longest / webhook.Options.FirstRetry);
#pragma warning disable CA5394 // Chance spreads the load here; nothing secret depends on it.
        wait *= 0.5 + (Random.Shared.NextDouble() / 2);
#pragma warning restore CA5394
        return asked > wait ? asked.Value < longest ? asked.Value : longest : wait;
    }

    // Deliveries of several models are sent at once, and the lease is one.
    private async ValueTask<bool> HoldsAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _lease.IsFresh || await _lease.HoldAsync(cancellationToken).ConfigureAwait(false) is not null;
        }
        finally
        {
            _turn.Release();
        }
    }

    private async ValueTask CommitAsync(RecordOperation operation, CancellationToken cancellationToken)
    {
        try
        {
            await writer.CommitAsync([operation], null, cancellationToken).ConfigureAwait(false);
        }
        catch (MLOpsConflictException)
        {
            // Somebody took over, or asked for it again: what they wrote counts.
        }
    }

    /// <summary>Makes out the events that were committed before the position, which is that of the lease's own last commit: a watch that reaches it has seen them all.</summary>
    private async ValueTask MakeOutAsync(long position, CancellationToken cancellationToken)
    {
        var cursor = await _cursors.GetAsync(FittedName.Of(webhook.Name, 400), cancellationToken).ConfigureAwait(false);
        var after = cursor?.Value.Position ?? 0;
        var batch = new List<RecordOperation>();
        var ended = false;
        await foreach (var change in writer.Store.WatchAsync(after, [Collections.Outbox, Collections.ProcessLeases], cancellationToken).ConfigureAwait(false))
        {
            ended = change.Position >= position;
            if (change.Key.Collection == Collections.Outbox && change.Position > after && change.Record is { } record)
            {
                var told = _events.Read(record).Value;
                if (webhook.Options.Where?.Invoke(told) != false)
                    batch.Add(_deliveries.Put(new WebhookDelivery { Id = WebhookDeliveries.IdOf(webhook.Name, change.Position), Webhook = webhook.Name, Event = told }, RecordOperation.Absent));
            }

            if (batch.Count >= Batch || (ended && batch.Count > 0))
            {
                var next = new WebhookCursor(webhook.Name, change.Position);
                // The check makes a holder that overslept lose here, not make out twice.
                var result = await writer.CommitAsync(
                    [cursor is null ? _cursors.Put(next, RecordOperation.Absent) : _cursors.Put(cursor, next), _lease.Check, .. batch], null, cancellationToken).ConfigureAwait(false);
                cursor = new(next, result.Versions[0], _cursors.Put(next, null).Json);
                batch.Clear();
            }

            if (ended) return;
        }
    }

    private async ValueTask PruneAsync(CancellationToken cancellationToken)
    {
        if (_pruned is { } last && writer.Time.GetElapsedTime(last) < s_pruning) return;
        _pruned = writer.Time.GetTimestamp();
        var old = new RecordQuery(Collections.Outbox) { Filter = Filter.Less("at", FieldValue.Of(writer.Now - s_retention)), OrderBy = "at", Size = 1000 };
        var page = await writer.Store.QueryAsync(old, cancellationToken).ConfigureAwait(false);
        if (page.Records.Count > 0) await writer.CommitAsync([.. page.Records.Select(r => new RecordDelete(r.Key))], "events older than 30 days", cancellationToken).ConfigureAwait(false);
    }
}
