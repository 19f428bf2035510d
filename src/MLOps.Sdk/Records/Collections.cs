using System.Collections.Frozen;

namespace MLOps.Records;

/// <summary>The names under which rooms keep their records. They stand in stores: none may change.</summary>
internal static class Collections
{
    public const string Audit = "audit";
    public const string Lineage = "lineage";
    public const string Pins = "pins";

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
    public const string GateVerdicts = "gate-verdicts";

    public const string Generations = "generations";
    public const string MonitorReports = "monitor-reports";
    public const string Retrainings = "retrainings";

    /// <summary>Every commit that touches one of these carries a link of the audit chain.</summary>
    public static FrozenSet<string> Audited { get; } = new[] { Models, ModelVersions, ModelAliases, ModelAliasMoves, GateVerdicts }.ToFrozenSet(StringComparer.Ordinal);
}
