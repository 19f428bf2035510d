namespace MLOps.Records;

/// <summary>An event on its way to a webhook. It is gone once the receiver took it.</summary>
public sealed record WebhookDelivery
{
    /// <summary>Its id: the webhook's name and the event's position.</summary>
    public required string Id { get; init; }

    /// <summary>The webhook's name.</summary>
    public required string Webhook { get; init; }

    /// <summary>What is to be delivered.</summary>
    public required ModelEvent Event { get; init; }

    /// <summary>How often it was tried in vain.</summary>
    public int Tries { get; init; }

    /// <summary>How often the receiver answered that it does not want it. Its being away does not count.</summary>
    public int Refusals { get; init; }

    /// <summary>True when it was refused <see cref="WebhookOptions.MaxRefusals"/> times: it is not tried any more until <see cref="Outbox.RedeliverAsync"/>, and later events pass it.</summary>
    public bool IsParked { get; init; }

    /// <summary>What went wrong last; null before the first try.</summary>
    public string? LastError { get; init; }

    /// <summary>When that was.</summary>
    public DateTimeOffset? LastTriedAt { get; init; }
}
