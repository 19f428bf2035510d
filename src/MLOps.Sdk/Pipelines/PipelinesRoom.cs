using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using MLOps.Delivery;
using MLOps.Models;
using MLOps.Records;

namespace MLOps.Pipelines;

/// <summary>Registers the room.</summary>
internal static class PipelinesRoom
{
    public static void Register(MLOpsBuilder builder) => builder.TryUse(s => new RetrainingLoop(
        s.Get<RecordWriter>(), s.Get<IModelRegistry>(), s.Get<IDeployments>(), s.All<RetrainingDeclaration>(), Logger(s)));

    public static ILogger Logger(StoreServices services) =>
        services.Provider.GetService<ILoggerFactory>()?.CreateLogger("MLOps.Pipelines") ?? NullLogger.Instance;
}
