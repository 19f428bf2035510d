using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using MLOps.Models;
using MLOps.Records;

namespace MLOps.Delivery;

/// <summary>Registers the room.</summary>
internal static class DeliveryRoom
{
    public static void Register(MLOpsBuilder builder) => builder.TryUse<IDeployments>(s => new Deployments(
        s.Get<IModelRegistry>(), s.Get<RecordWriter>(), s.Provider.GetService<ILoggerFactory>()?.CreateLogger("MLOps.Delivery") ?? NullLogger.Instance));
}
