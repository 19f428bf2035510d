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
    public string? Note { get; init; }

    public IReadOnlyList<CommentItem> Comments { get; init; } = [];

    public DateTimeOffset? DeletedAt { get; init; }

    public HoldItem? Hold { get; init; }

    public ForkItem? ForkedFrom { get; init; }

    public EnvironmentItem? Environment { get; init; }

    public CostItem? Cost { get; init; }

    public long DroppedPoints { get; init; }

    public static RunItem Of(Run run) => new(
        run.Id, run.Experiment, run.Name, Output.Words.Lower(run.Status), run.StatusReason, run.ParentId, run.Actor, run.StartedAt, run.EndedAt,
        run.Params, run.Tags, run.Metrics.ToDictionary(m => m.Key, m => new MetricItem(m.Value.Last, m.Value.LastStep, m.Value.Min, m.Value.Max, m.Value.Count) { Mean = m.Value.Mean }),
        [.. run.Artifacts.Select(a => new FileItem(a.Path, a.Length, a.Digest.Hex))],
        [.. run.Inputs.Select(i => new InputItem(i.Dataset, i.VersionId, i.Context))])
    {
        Note = run.Note,
        Comments = [.. run.Comments.Select(c => new CommentItem(c.Actor, c.At, c.Text))],
        DeletedAt = run.DeletedAt,
        Hold = run.Hold is { } hold ? new(hold.Reason, hold.Actor, hold.At) : null,
        ForkedFrom = run.ForkedFrom is { } origin ? new(origin.RunId, origin.Step) : null,
        Environment = run.Environment is { } e ? new(e.Commit, e.Branch, e.IsDirty, e.PackagesDigest, e.Application, e.Machine, e.OperatingSystem, e.Runtime, e.Architecture, e.Processors, e.Threads, e.MemoryBytes, e.IsServerGC) : null,
        Cost = run.Cost is { } cost ? new(cost.CpuHours, cost.PeakMemoryBytes, cost.Price) : null,
        DroppedPoints = run.DroppedPoints,
    };
}

internal sealed record HoldItem(string Reason, string Actor, DateTimeOffset At);

internal sealed record ForkItem(string Run, long Step);

internal sealed record EnvironmentItem(
    string? Commit, string? Branch, bool? IsDirty, string? PackagesDigest, string? Application, string? Machine, string? OperatingSystem, string? Runtime, string? Architecture,
    int? Processors, int? Threads, long? MemoryBytes, bool? IsServerGC);

internal sealed record CostItem(double CpuHours, long PeakMemoryBytes, double? Price);

internal sealed record MetricItem(double Last, long LastStep, double Min, double Max, long Count)
{
    public double Mean { get; init; } = double.NaN;
}

internal sealed record InputItem(string Dataset, string VersionId, string Context);

internal sealed record FileItem(string Path, long Length, string Digest);
