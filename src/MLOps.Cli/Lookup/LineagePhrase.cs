namespace MLOps.Cli.Lookup;

/// <summary>Reads a lineage edge as part of a sentence, from either end.</summary>
internal static class LineagePhrase
{
    /// <summary>What stands between a thing and its source above which it hangs: <c>made by</c>.</summary>
    public static string Upstream(string source, string target, string relation) => (source, target) switch
    {
        (EntityRef.GenerationKind, EntityRef.PredictionKind) => "answered by",
        (EntityRef.ModelKind, EntityRef.GenerationKind) => relation.StartsWith("served as ", StringComparison.Ordinal) ? $"serving as {relation[10..]}" : "serving",
        (EntityRef.ModelKind, EntityRef.DeploymentKind) => "deploying",
        (EntityRef.DeploymentKind, EntityRef.GenerationKind) => "in service by",
        (EntityRef.RunKind, EntityRef.ModelKind) => "made by",
        (EntityRef.DatasetKind, EntityRef.ModelKind) => "trained on",
        (EntityRef.DatasetKind, EntityRef.RunKind) => $"read for {relation}",
        (EntityRef.ReportKind, EntityRef.ModelKind) => "retrained after",
        (EntityRef.ModelKind, EntityRef.VerdictKind) => "judging",
        (EntityRef.ModelKind, EntityRef.ReportKind) => "about",
        (_, EntityRef.DatasetKind) => "derived from",
        _ => $"{relation}:",
    };

    /// <summary>What stands between a thing and what came of it: <c>made</c>.</summary>
    public static string Downstream(string source, string target, string relation) => (source, target) switch
    {
        (EntityRef.ModelKind, EntityRef.GenerationKind or EntityRef.DeploymentKind) => relation,
        (EntityRef.DeploymentKind, EntityRef.GenerationKind) => "brought into service",
        (EntityRef.RunKind, EntityRef.ModelKind) => "made",
        (EntityRef.DatasetKind, EntityRef.ModelKind) => "trained",
        (EntityRef.DatasetKind, EntityRef.RunKind) => $"read for {relation} by",
        (EntityRef.ReportKind, EntityRef.ModelKind) => "led to",
        (EntityRef.ModelKind, EntityRef.VerdictKind) => relation,
        (EntityRef.ModelKind, EntityRef.ReportKind) => "monitored in",
        (_, EntityRef.DatasetKind) => "became",
        _ => $"{relation}:",
    };
}
