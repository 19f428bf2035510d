using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using MLOps.Data;
using MLOps.Experiments;
using MLOps.Models;
using MLOps.Monitoring;
using MLOps.Records;
using MLOps.Serving;
using MLOps.Storage;

namespace MLOps.Delivery;

/// <summary>Registers the room.</summary>
internal static class DeliveryRoom
{
    public static void Register(MLOpsBuilder builder)
    {
        // The built-in sections enter by the door of the others, once however often the room is registered.
        if (!builder.Services.Any(d => d.ServiceType == typeof(ModelCards) && Equals(d.ServiceKey, builder.Key)))
            builder
                .Add<ICardSection>(s => new SummarySection(s.Get<IModelRegistry>()))
                .Add<ICardSection>(_ => new NotesSection())
                .Add<ICardSection>(s => new DataSection(s.Get<IDatasetStore>(), s.Get<IExperimentTracker>(), s.Get<IModelRegistry>()))
                .Add<ICardSection>(s => new MetricsSection(s.Get<IModelRegistry>()))
                .Add<ICardSection>(s => new ComparisonSection(s.Get<IModelRegistry>()))
                .Add<ICardSection>(s => new GatesSection(s.Get<IModelRegistry>()))
                .Add<ICardSection>(s => new ApprovalsSection(s.Get<AliasProtection>()))
                .Add<ICardSection>(s => new DeploymentsSection(s.Get<IModelRegistry>()))
                .Add<ICardSection>(s => new MonitoringSection(s.Get<IModelMonitor>()))
                .Add<ICardSection>(s => new DriftSection(s.Get<IModelMonitor>()))
                .Add<ICardSection>(s => new FairnessSection(s.Get<IModelMonitor>()))
                .Add<ICardSection>(s => new LineageSection(s.Get<Lineage>()));

        builder
            .TryUse(s => new ModelCards(s.Get<IModelRegistry>(), s.Get<RecordWriter>(), s.Get<ContentStore>(), s.All<ICardSection>()))
            .TryUse(s => new OpenLineage(s.Get<IExperimentTracker>(), s.Get<IDatasetStore>()))
            .TryUse(s => new GateJudge(s.Get<IModelRegistry>(), s.Get<RecordWriter>(), Logger(s)))
            .TryUse(s => new DeploymentRecords(s.Get<IRecordStore>()))
            .TryUse(s => new DeploymentMoves(s.Get<RecordWriter>(), s.Get<DeploymentRecords>(), s.Get<RouteRecords>()))
            .TryUse(s => new DeploymentEvidences(s.Get<IModelRegistry>(), s.Get<AliasProtection>(), s.Get<RouteRecords>()))
            .TryUse(s => new DeploymentController(
                s.Get<RecordWriter>(), s.Get<DeploymentRecords>(), s.Get<DeploymentMoves>(), s.Get<DeploymentEvidences>(),
                new DeploymentLeadership(s.Get<RecordWriter>(), new ProcessLeases(s.Get<RecordWriter>(), s.Get<LeaseOptions>())),
                s.Get<IModelRegistry>(), s.Get<GateJudge>(), s.All<GateDeclaration>(), Logger(s)))
            .TryUse<IDeployments>(s => new Deployments(
                s.Get<IModelRegistry>(), s.Get<GateJudge>(), s.Get<DeploymentRecords>(), s.Get<DeploymentMoves>(), s.Get<DeploymentEvidences>(), s.Get<RecordWriter>()));
    }

    public static ILogger Logger(StoreServices services) => services.Provider.GetService<ILoggerFactory>()?.CreateLogger("MLOps.Delivery") ?? NullLogger.Instance;
}
