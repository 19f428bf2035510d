using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Predictions;

/// <summary>Registers this room's defaults.</summary>
internal static class PredictionsRoom
{
    public static void Register(MLOpsBuilder builder) => builder
        .TryUse(_ => new PredictionLogOptions())
        .TryUse(s => new Generations(s.Get<RecordWriter>()))
        .TryUse(s => new PredictionLog(
            s.Get<IStreamStore>(), s.Get<Generations>(), s.Get<PredictionLogOptions>(), s.Time,
            s.Provider.GetService<ILoggerFactory>()?.CreateLogger<PredictionLog>() ?? NullLogger<PredictionLog>.Instance));
}
