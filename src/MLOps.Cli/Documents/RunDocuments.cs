using MLOps.Experiments;

namespace MLOps.Cli.Documents;

internal sealed record RunListDocument(IReadOnlyList<RunItem> Runs, bool More) : Document;

internal sealed record RunDocument(RunItem Run, IReadOnlyList<RunItem> Children) : Document;

internal sealed record RunItem(
    string Id, string Experiment, string Name, string Status, string? StatusReason, string? ParentId, string Actor,
    DateTimeOffset StartedAt, DateTimeOffset? EndedAt,
    IReadOnlyDictionary<string, string> Params, IReadOnlyDictionary<string, string> Tags, IReadOnlyDictionary<string, MetricItem> Metrics,
    IReadOnlyList<FileItem> Artifacts, IReadOnlyList<InputItem> Inputs)
{
    public static RunItem Of(Run run) => new(
        run.Id, run.Experiment, run.Name, Output.Words.Lower(run.Status), run.StatusReason, run.ParentId, run.Actor, run.StartedAt, run.EndedAt,
        run.Params, run.Tags, run.Metrics.ToDictionary(m => m.Key, m => new MetricItem(m.Value.Last, m.Value.LastStep, m.Value.Min, m.Value.Max, m.Value.Count)),
        [.. run.Artifacts.Select(a => new FileItem(a.Path, a.Length, a.Digest.Hex))],
        [.. run.Inputs.Select(i => new InputItem(i.Dataset, i.VersionId, i.Context))]);
}

internal sealed record MetricItem(double Last, long LastStep, double Min, double Max, long Count);

internal sealed record InputItem(string Dataset, string VersionId, string Context);

internal sealed record FileItem(string Path, long Length, string Digest);
