using Microsoft.Extensions.Logging;

namespace MLOps.Storage.Objects;

internal static partial class ObjectMessages
{
    [LoggerMessage(1, LogLevel.Warning, "The store behind {Container} does not keep conditional writes (If-None-Match): of two writers of one key at the same moment both succeed, and the later bytes stay. Blobs whose key is made of their content are not affected.")]
    public static partial void NoConditionalWrites(ILogger logger, string container);

    [LoggerMessage(2, LogLevel.Information, "Uploads to {Container} that were abandoned more than a day ago could not be looked for or thrown away: {Reason}")]
    public static partial void NotSwept(ILogger logger, string container, string reason);

    [LoggerMessage(3, LogLevel.Warning, "An upload of the blob '{Key}' to {Container} failed and its parts could not be thrown away; the store does so when it is opened a day later: {Reason}")]
    public static partial void NotAborted(ILogger logger, string key, string container, string reason);
}
