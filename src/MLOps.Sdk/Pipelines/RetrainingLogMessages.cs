using Microsoft.Extensions.Logging;

namespace MLOps.Pipelines;

internal static partial class RetrainingLogMessages
{
    [LoggerMessage(1, LogLevel.Information, "Retraining {Id} of {Model} begins after report {Report}, attempt {Attempt}.")]
    public static partial void LogBegins(this ILogger logger, string model, string id, string report, int attempt);

    [LoggerMessage(2, LogLevel.Information, "Retraining {Id} of {Model}: {Result}. {Reason}")]
    public static partial void LogEnds(this ILogger logger, string model, string id, RetrainingResult result, string reason);

    [LoggerMessage(3, LogLevel.Error, "Retraining {Id} of {Model} failed.")]
    public static partial void LogFailed(this ILogger logger, string model, string id, Exception exception);

    [LoggerMessage(4, LogLevel.Warning, "Retraining {Id} of {Model} was left by a process that ended; this one takes over.")]
    public static partial void LogTakenOver(this ILogger logger, string model, string id);

    [LoggerMessage(5, LogLevel.Information, "Report {Report} asks to retrain {Model}; cooldown and budget allow it from {From}.")]
    public static partial void LogWaiting(this ILogger logger, string model, string report, DateTimeOffset from);

    [LoggerMessage(6, LogLevel.Error, "The retraining loop of {Model} met an error and tries again.")]
    public static partial void LogLoopError(this ILogger logger, string model, Exception exception);
}
