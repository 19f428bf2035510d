using Microsoft.Extensions.Logging;

namespace MLOps.Monitoring;

internal static partial class MonitoringMessages
{
    [LoggerMessage(1, LogLevel.Warning, "Alert {Alert} of {Model} opened ({Kind}): {Title}. {Text}")]
    public static partial void LogAlertOpened(this ILogger logger, string alert, string model, AlertKind kind, string title, string text);

    [LoggerMessage(2, LogLevel.Information, "Alert {Alert} of {Model} ({Kind}) no longer holds: {Title}.")]
    public static partial void LogAlertResolved(this ILogger logger, string alert, string model, AlertKind kind, string title);
}
