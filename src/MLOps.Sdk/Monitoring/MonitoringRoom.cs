using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using MLOps.Models;
using MLOps.Predictions;
using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Monitoring;

/// <summary>Registers the room.</summary>
internal static class MonitoringRoom
{
    public static void Register(MLOpsBuilder builder) => builder
        .TryUse(s => new PredictionUpkeep(s.Get<RecordWriter>(), s.Get<PredictionLog>(), s.Get<IStreamStore>(), s.Get<IModelRegistry>()))
        .TryUse<IModelMonitor>(s => new ModelMonitor(
            s.Get<RecordWriter>(), s.Get<IModelRegistry>(), s.Get<PredictionLog>(), s.Get<IStreamStore>(), [.. DriftTests.BuiltIn, .. s.All<IDriftTest>()],
            s.Provider.GetService<ILoggerFactory>()?.CreateLogger("MLOps.Monitoring") ?? NullLogger.Instance));
}
