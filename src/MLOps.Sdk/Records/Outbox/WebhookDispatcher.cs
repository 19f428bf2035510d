using Microsoft.Extensions.Logging;

namespace MLOps.Records;

/// <summary>
/// Delivers the outbox to the webhooks declared with <c>AddWebhook</c>: each event at least once, each model's in order of commit. A host does it in the background; a script
/// calls <see cref="ProcessAsync"/>. Thread-safe.
/// </summary>
/// <remarks>
/// Of all processes on a store one delivers to a webhook at a time, by a lease; another takes over when it ends. What a receiver has not taken stays in the store, through any
/// restart. A webhook that is new to a store is told all that the outbox still holds, which is the last 30 days.
/// </remarks>
public sealed class WebhookDispatcher : IDisposable
{
    private readonly WebhookSender _sender;

    internal WebhookDispatcher(RecordWriter writer, IEnumerable<Webhook> webhooks, ILogger logger)
    {
        _sender = new WebhookSender(writer.Time);
        Queues = [.. webhooks.Select(w => new WebhookQueue(w, writer, _sender, logger))];
        if (Queues.GroupBy(q => q.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new MLOpsInvalidException($"Two webhooks are named '{twice.Key}': give one of them another name.");
    }

    /// <summary>Tries every delivery that is due now, once.</summary>
    /// <param name="cancellationToken">Cancels; what was not taken is tried again later.</param>
    public async ValueTask ProcessAsync(CancellationToken cancellationToken = default)
    {
        foreach (var queue in Queues) await queue.StepAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var queue in Queues) queue.Dispose();
        _sender.Dispose();
    }

    internal IReadOnlyList<WebhookQueue> Queues { get; }
}
