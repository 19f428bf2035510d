namespace MLOps.Records;

/// <summary>What became of one try.</summary>
/// <param name="Error">Null when the receiver took it.</param>
/// <param name="IsRefusal">True when the receiver was there and did not want it.</param>
/// <param name="RetryAfter">How long the receiver asks to be left alone; null when it does not say.</param>
internal readonly record struct WebhookAnswer(string? Error, bool IsRefusal = false, TimeSpan? RetryAfter = null);
