using Microsoft.Extensions.Logging;

namespace MLOps.AspNetCore.Endpoints;

internal static partial class EndpointLog
{
    [LoggerMessage(7001, LogLevel.Error, "A prediction of model '{Model}' failed.")]
    public static partial void PredictionFailed(this ILogger logger, string model, Exception error);

    [LoggerMessage(7002, LogLevel.Warning, "Model '{Model}' has no version loaded; the request was answered with 503. {Reason}")]
    public static partial void NothingLoaded(this ILogger logger, string model, string reason);

    [LoggerMessage(7003, LogLevel.Error, "Labels could not be taken.")]
    public static partial void LabelsFailed(this ILogger logger, Exception error);
}
