using Microsoft.Extensions.Logging;

namespace MLOps.Predictions;

internal static partial class PredictionsMessages
{
    [LoggerMessage(1, LogLevel.Error, "The prediction log could not be written; {Blocks} blocks wait and are tried again.")]
    public static partial void WriteFailed(ILogger logger, Exception exception, int blocks);

    [LoggerMessage(2, LogLevel.Information, "The prediction log is being written again.")]
    public static partial void WriteRecovered(ILogger logger);

    [LoggerMessage(3, LogLevel.Error, "A block of {Rows} predictions of '{Model}' was refused by the store and is lost.")]
    public static partial void BlockRefused(ILogger logger, Exception exception, int rows, string model);

    [LoggerMessage(4, LogLevel.Error, "The prediction log was closed while the store could not be written: {Rows} predictions are lost.")]
    public static partial void ClosedWithLoss(ILogger logger, Exception exception, long rows);

    [LoggerMessage(5, LogLevel.Warning, "{Rows} predictions of '{Model}' were dropped from the log: it was full, or a column could not be read.")]
    public static partial void RowsDropped(ILogger logger, long rows, string model);
}
