using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using MLOps;
using MLOps.Data;
using MLOps.Delivery;
using MLOps.Experiments;
using MLOps.Models;
using MLOps.Monitoring;
using MLOps.Pipelines;
using MLOps.Predictions;
using MLOps.Records;
using MLOps.Serving;
using MLOps.Storage;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers MLOps.Sdk in an application.</summary>
public static class MLOpsServiceCollectionExtensions
{
    /// <summary>
    /// Registers the default store and every room on it: <see cref="IDatasetStore"/>, <see cref="IExperimentTracker"/>,
    /// <see cref="IModelRegistry"/>, <see cref="IModelServer"/>, <see cref="IModelMonitor"/>, <see cref="IDeployments"/> and
    /// <see cref="MLOpsClient"/>. Without a <c>Use…</c> call the store is SQLite and a folder under <see cref="MLOpsOptions.Folder"/>.
    /// Does no I/O. Calling it twice is harmless; what the application registered itself before stays.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Chooses storage, declares models.</param>
    public static IServiceCollection AddMLOps(this IServiceCollection services, Action<MLOpsBuilder>? configure = null) => Add(services, null, configure);

    /// <summary>Registers a second store beside the default one: the same services, each under a key.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="key">A plain name (see <see cref="Name"/>); configuration is read from the section <c>MLOps:key</c>.</param>
    /// <param name="configure">Chooses storage, declares models.</param>
    public static IServiceCollection AddMLOps(this IServiceCollection services, string key, Action<MLOpsBuilder>? configure = null) =>
        Add(services, Name.Require(key, "store key"), configure);

    private static IServiceCollection Add(IServiceCollection services, string? key, Action<MLOpsBuilder>? configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (!services.Any(d => d.ServiceType == typeof(MLOpsClient) && Equals(d.ServiceKey, key))) services.AddOptions<MLOpsOptions>(key).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<MLOpsOptions>, MLOpsOptionsSetup>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<MLOpsOptions>, MLOpsOptionsSetup>());

        var builder = new MLOpsBuilder(services, key);
        configure?.Invoke(builder);
        EmbeddedStorage.Register(builder);
        DecoratedStorage<IBlobStore>.Wrap(builder);
        DecoratedStorage<IStreamStore>.Wrap(builder);
        DecoratedStorage<IRecordStore>.Wrap(builder, (s, store) => new AuditedRecordStore(store, s.Time, s.All<CommitRule>()));

        builder
            .TryUse<IActorProvider>(_ => new EnvironmentActor())
            .TryUse(s => new RecordWriter(s.Get<IRecordStore>(), s.Get<IActorProvider>(), s.Time))
            .TryUse(s => new ContentStore(s.Get<IBlobStore>()))
            .TryUse(s => new Lineage(s.Get<IRecordStore>()))
            .TryUse(s => new AuditChain(s.Get<IRecordStore>(), s.Time))
            .TryUse(s => new Outbox(s.Get<RecordWriter>()))
            .TryUse(s => new WebhookDispatcher(s.Get<RecordWriter>(), s.All<Webhook>(), EventExtensions.Logger(s)));
        DataRoom.Register(builder);
        ExperimentsRoom.Register(builder);
        ModelsRoom.Register(builder);
        PredictionsRoom.Register(builder);
        ServingRoom.Register(builder);
        MonitoringRoom.Register(builder);
        DeliveryRoom.Register(builder);
        PipelinesRoom.Register(builder);
        builder.TryUse(s => new MLOpsClient(s));
        return services;
    }
}
