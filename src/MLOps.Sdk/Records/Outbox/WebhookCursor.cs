namespace MLOps.Records;

/// <summary>Up to where a webhook's deliveries were made out.</summary>
/// <param name="Webhook">The webhook's name.</param>
/// <param name="Position">The store's position.</param>
internal sealed record WebhookCursor(string Webhook, long Position);
