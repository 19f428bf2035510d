using Microsoft.Extensions.DependencyInjection;
using MLOps.Data;
using MLOps.Delivery;
using MLOps.Experiments;
using MLOps.Models;
using MLOps.Monitoring;
using MLOps.Records;
using MLOps.Serving;
using MLOps.Storage;

namespace MLOps;

/// <summary>
/// The front door: every room of one store. A host registers it with <c>AddMLOps</c>; a script makes one with
/// <see cref="Create"/>, which goes the same way underneath. Thread-safe.
/// </summary>
public sealed class MLOpsClient : IAsyncDisposable, IDisposable
{
    private readonly StoreServices _services;
    private readonly ServiceProvider? _owned;

    internal MLOpsClient(StoreServices services, ServiceProvider? owned = null) => (_services, _owned) = (services, owned);

    /// <summary>Opens a store without a host. Does no I/O; the folder is made with the first write.</summary>
    /// <param name="folder">The folder of the embedded store; not used when <paramref name="configure"/> chooses other storage.</param>
    /// <param name="configure">Chooses storage, declares models; null for none.</param>
    /// <param name="time">The clock; the system's when null.</param>
    /// <exception cref="MLOpsInvalidException">The folder's path is empty.</exception>
    public static MLOpsClient Create(string folder = ".mlops", Action<MLOpsBuilder>? configure = null, TimeProvider? time = null)
    {
        if (string.IsNullOrWhiteSpace(folder)) throw new MLOpsInvalidException("The store's folder is empty: give the folder where the store lives.");
        var services = new ServiceCollection();
        if (time is not null) services.AddSingleton(time);
        services.AddMLOps(configure);
        services.Configure<MLOpsOptions>(options => options.Folder = folder);
        var provider = services.BuildServiceProvider();
        return new MLOpsClient(new StoreServices(provider, null), provider);
    }

    /// <summary>Data versioning.</summary>
    public IDatasetStore Datasets => _services.Get<IDatasetStore>();

    /// <summary>Verifies, repairs and collects datasets.</summary>
    public DatasetUpkeep DatasetUpkeep => _services.Get<DatasetUpkeep>();

    /// <summary>Pushes and pulls datasets between stores.</summary>
    public DatasetTransfer DatasetTransfer => _services.Get<DatasetTransfer>();

    /// <summary>Experiment logging.</summary>
    public IExperimentTracker Experiments => _services.Get<IExperimentTracker>();

    /// <summary>The model registry.</summary>
    public IModelRegistry Models => _services.Get<IModelRegistry>();

    /// <summary>Comments on model versions.</summary>
    public ModelComments Comments => _services.Get<ModelComments>();

    /// <summary>Deletes model versions that a rule does not keep.</summary>
    public ModelRetention Retention => _services.Get<ModelRetention>();

    /// <summary>Policies of aliases, and approvals.</summary>
    public AliasProtection Protection => _services.Get<AliasProtection>();

    /// <summary>Serving.</summary>
    public IModelServer Server => _services.Get<IModelServer>();

    /// <summary>Labels, drift and quality.</summary>
    public IModelMonitor Monitor => _services.Get<IModelMonitor>();

    /// <summary>Retention, erasure and export of logged predictions.</summary>
    public PredictionUpkeep Predictions => _services.Get<PredictionUpkeep>();

    /// <summary>Gates, promotion and rollback.</summary>
    public IDeployments Deployments => _services.Get<IDeployments>();

    /// <summary>Model cards.</summary>
    public ModelCards Cards => _services.Get<ModelCards>();

    /// <summary>Models as files, to take them from store to store.</summary>
    public ModelArchives Archives => _services.Get<ModelArchives>();

    /// <summary>Where things came from.</summary>
    public Lineage Lineage => _services.Get<Lineage>();

    /// <summary>What happens to models, as it happens, and what webhooks are still to be told.</summary>
    public Outbox Outbox => _services.Get<Outbox>();

    /// <summary>The audit chain.</summary>
    public AuditChain Audit => _services.Get<AuditChain>();

    /// <summary>
    /// The store's three seams: its blobs and streams with their decorators, its records beneath the audit chain and all decorators. For
    /// copying, exporting and verifying the whole store; what is written to the records here is audited by nobody.
    /// </summary>
    public StoreParts Parts => new(_services.Get<IBlobStore>(), DecoratedStorage<IRecordStore>.Undecorated(_services), _services.Get<IStreamStore>());

    /// <summary>The store's services, for what has no property here.</summary>
    public StoreServices Services => _services;

    /// <summary>Begins a run in an experiment: name it, say what it runs with, start it.</summary>
    /// <param name="name">The experiment: a plain name (see <see cref="Name"/>); created when missing.</param>
    public RunBuilder Experiment(string name) => new(Experiments, Name.Require(name, "experiment name"));

    /// <summary>
    /// Closes the store of a client made by <see cref="Create"/>: what was logged is written first, and what cannot be written is told to the log.
    /// Does nothing for a client that a host registered: its store is closed with the host's services.
    /// </summary>
    public ValueTask DisposeAsync() => _owned?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Does the same as <see cref="DisposeAsync"/>, and blocks meanwhile. Prefer the other.</summary>
    public void Dispose() => _owned?.Dispose();
}
