using Microsoft.Extensions.Logging;

namespace MLOps.Records;

internal static partial class OutboxMessages
{
    [LoggerMessage(1, LogLevel.Warning, "The webhook '{Webhook}' did not take the event {Event}, try {Try}: {Error} It is tried again.")]
    public static partial void LogDeliveryFailed(this ILogger logger, string webhook, string @event, int @try, string error);

    [LoggerMessage(2, LogLevel.Error, "The webhook '{Webhook}' refused the event {Event} too often; it is parked as {Delivery} and later events pass it. {Error}")]
    public static partial void LogParked(this ILogger logger, string webhook, string @event, string delivery, string error);

    [LoggerMessage(3, LogLevel.Error, "Deliveries to the webhook '{Webhook}' met an error and go on later.")]
    public static partial void LogDispatchError(this ILogger logger, string webhook, Exception exception);

    [LoggerMessage(4, LogLevel.Error, "A handler of the event {Type} {Event} went wrong.")]
    public static partial void LogHandlerFailed(this ILogger logger, string type, string @event, Exception exception);

    [LoggerMessage(5, LogLevel.Error, "Event handlers could not be told; this is tried again.")]
    public static partial void LogHandlersError(this ILogger logger, Exception exception);
}
