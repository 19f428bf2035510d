using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using MLOps.Models;
using MLOps.Predictions;
using MLOps.Records;

namespace MLOps.Serving;

/// <summary>Registers this room's defaults.</summary>
internal static class ServingRoom
{
    public static void Register(MLOpsBuilder builder)
    {
        var key = builder.Key;
        if (!builder.Services.Any(d => d.ServiceType == typeof(ServingHost) && Equals(d.ServiceKey, key)))
        {
            builder.Use(s => new ServingHost(s));
            builder.Services.AddSingleton<IHostedService>(p => new StoreServices(p, key).Get<ServingHost>());
        }

        builder
            .TryUse(s => new RouteRecords(s.Get<RecordWriter>(), new ProcessLeases(s.Get<RecordWriter>(), s.Get<LeaseOptions>())))
            .TryUse(s => new ModelServer(s.All<ServedModelDeclaration>(), new(
                s.Get<IModelRegistry>(), s.Get<PredictionLog>(), s.Get<RouteRecords>(), s.Time,
                s.Provider.GetService<ILoggerFactory>()?.CreateLogger<ModelServer>() ?? NullLogger<ModelServer>.Instance)))
            .TryUse<IModelServer>(s => s.Get<ModelServer>());
    }
}
