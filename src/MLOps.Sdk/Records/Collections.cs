using System.Collections.Frozen;

namespace MLOps.Records;

/// <summary>The names under which rooms keep their records. They stand in stores: none may change.</summary>
internal static class Collections
{
    public const string Audit = "audit";
    public const string Lineage = "lineage";
    public const string Pins = "pins";
    public const string ProcessLeases = "process-leases";

    public const string Outbox = "outbox";
    public const string WebhookCursors = "webhook-cursors";
    public const string WebhookDeliveries = "webhook-deliveries";

    public const string Datasets = "datasets";
    public const string DatasetVersions = "dataset-versions";
    public const string DatasetRefs = "dataset-refs";
    public const string DataCollections = "data-collections";

    public const string Experiments = "experiments";
    public const string Runs = "runs";

    public const string Models = "models";
    public const string ModelVersions = "model-versions";
    public const string ModelAliases = "model-aliases";
    public const string ModelAliasMoves = "model-alias-moves";
    public const string DeletedModelVersions = "deleted-model-versions";
    public const string ModelComments = "model-comments";
    public const string AliasPolicies = "alias-policies";
    public const string Approvals = "approvals";
    public const string GateVerdicts = "gate-verdicts";
    public const string ModelCards = "model-cards";
    public const string ModelImports = "model-imports";

    public const string Deployments = "deployments";
    public const string DeploymentTransitions = "deployment-transitions";
    public const string DeploymentSlots = "deployment-slots";

    public const string Generations = "generations";
    public const string Routes = "routes";
    public const string ObservedRoutes = "observed-routes";
    public const string ArmCounts = "arm-counts";
    public const string MonitorReports = "monitor-reports";
    public const string MonitorAlerts = "monitor-alerts";
    public const string AlertSilences = "alert-silences";
    public const string PredictionErasures = "prediction-erasures";
    public const string Retrainings = "retrainings";

    /// <summary>Every commit that touches one of these carries a link of the audit chain.</summary>
    public static FrozenSet<string> Audited { get; } = new[]
    {
        Models, ModelVersions, DeletedModelVersions, ModelComments, ModelAliases, ModelAliasMoves, AliasPolicies, Approvals, GateVerdicts, ModelCards, ModelImports, Deployments, DeploymentTransitions, PredictionErasures,
    }.ToFrozenSet(StringComparer.Ordinal);
}
