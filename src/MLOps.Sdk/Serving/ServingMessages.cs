using Microsoft.Extensions.Logging;

namespace MLOps.Serving;

internal static partial class ServingMessages
{
    [LoggerMessage(1, LogLevel.Information, "{Version} answers for '{Model}' as generation {Generation}.")]
    public static partial void Published(ILogger logger, string model, string version, string generation);

    [LoggerMessage(2, LogLevel.Error, "'{Model}' could not be loaded as '{Alias}'; version {Serving} keeps answering (0: none).")]
    public static partial void LoadFailed(ILogger logger, Exception exception, string model, string alias, int serving);

    [LoggerMessage(3, LogLevel.Warning, "The alias '{Alias}' of '{Model}' was removed; version {Serving} keeps answering (0: none).")]
    public static partial void AliasRemoved(ILogger logger, string model, string alias, int serving);

    [LoggerMessage(4, LogLevel.Error, "The aliases of '{Model}' could not be watched; this is tried again.")]
    public static partial void WatchFailed(ILogger logger, Exception exception, string model);

    [LoggerMessage(5, LogLevel.Error, "{Version} threw when it was disposed.")]
    public static partial void DisposalFailed(ILogger logger, Exception exception, string version);

    [LoggerMessage(6, LogLevel.Warning, "'{Model}' has no alias '{Alias}' yet; it is loaded as soon as the alias is set.")]
    public static partial void AliasMissing(ILogger logger, string model, string alias);

    [LoggerMessage(7, LogLevel.Warning, "The server was closed while calls were inside {Count} generations of '{Model}'; those are left to their callers.")]
    public static partial void ClosedWithCalls(ILogger logger, int count, string model);

    [LoggerMessage(9, LogLevel.Error, "Routes could not be watched; models answer by those that are known, and this is tried again.")]
    public static partial void RoutesNotWatched(ILogger logger, Exception exception);

    [LoggerMessage(10, LogLevel.Warning, "Which routes this server obeys and what it counted could not be written; this is tried again.")]
    public static partial void NotReported(ILogger logger, Exception exception);

    [LoggerMessage(8, LogLevel.Warning, "How many predictions the generation {Generation} made could not be written.")]
    public static partial void CloseFailed(ILogger logger, Exception exception, string generation);
}
