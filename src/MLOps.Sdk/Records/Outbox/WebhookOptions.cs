namespace MLOps.Records;

/// <summary>How a webhook is told of events.</summary>
public sealed class WebhookOptions
{
    /// <summary>
    /// Gives the secret that signs what is sent, each time it is needed, so that it stands in no record, log or option: read it from the environment, a
    /// configuration or a vault. A text of at least 16 characters; one that begins with <c>whsec_</c> is base64. Null for no signature.
    /// </summary>
    public Func<CancellationToken, ValueTask<string>>? Secret { get; set; }

    /// <summary>Which events are sent; null for all.</summary>
    public Func<ModelEvent, bool>? Where { get; set; }

    /// <summary>How long the receiver may take to answer; 10 seconds by default, 1 second to 5 minutes.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The wait after the first failure, doubled with each further one; 1 second by default, 1 ms to 1 hour. A random half of each wait is left out, so that receivers are not all asked at once.</summary>
    public TimeSpan FirstRetry { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait; 10 minutes by default, at least <see cref="FirstRetry"/>, at most a day.</summary>
    public TimeSpan LongestRetry { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// After how many refusals an event is parked, so that it does not block its model for ever; 20 by default, 1 to 1,000. A refusal is an answer that is no success;
    /// no answer at all, 408, 425, 429, 502, 503 and 504 mean that the receiver is away, and are tried until it is back.
    /// </summary>
    public int MaxRefusals { get; set; } = 20;

    /// <summary>Whether plain HTTP to another machine is allowed; false by default.</summary>
    public bool AllowHttp { get; set; }

    internal void Require(string name)
    {
        if (Timeout < TimeSpan.FromSeconds(1) || Timeout > TimeSpan.FromMinutes(5)) throw Broken(name, nameof(Timeout), Timeout, "1 second to 5 minutes");
        if (FirstRetry < TimeSpan.FromMilliseconds(1) || FirstRetry > TimeSpan.FromHours(1)) throw Broken(name, nameof(FirstRetry), FirstRetry, "1 millisecond to 1 hour");
        if (LongestRetry < FirstRetry || LongestRetry > TimeSpan.FromDays(1)) throw Broken(name, nameof(LongestRetry), LongestRetry, $"{nameof(FirstRetry)} to a day");
        if (MaxRefusals is < 1 or > 1000) throw Broken(name, nameof(MaxRefusals), MaxRefusals, "1 to 1,000");
    }

    private static MLOpsInvalidException Broken(string name, string option, object value, string range) =>
        new($"{nameof(WebhookOptions)}.{option} of the webhook '{name}' is {value}: {range} is allowed.");
}
