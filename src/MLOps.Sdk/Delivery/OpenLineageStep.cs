using MLOps.Records;

namespace MLOps.Delivery;

/// <summary>A run of a job as OpenLineage sees it: what it read and what it wrote.</summary>
/// <param name="RunId">A UUID: a run's own, or one that follows from what the step is.</param>
/// <param name="Job">The job's name where no run tells another.</param>
/// <param name="Run">The run; null for a step that was made up around its output.</param>
/// <param name="At">When it was recorded.</param>
/// <param name="Inputs">What it read.</param>
/// <param name="Outputs">What it wrote.</param>
internal sealed record OpenLineageStep(Guid RunId, string Job, EntityRef? Run, DateTimeOffset At, IReadOnlyList<EntityRef> Inputs, IReadOnlyList<EntityRef> Outputs)
{
    public static IEnumerable<OpenLineageStep> Of(LineageGraph graph)
    {
        var sources = graph.Edges.ToLookup(e => e.Target);
        var targets = graph.Edges.ToLookup(e => e.Source);
        foreach (var entity in graph.Entities())
        {
            var from = sources[entity].ToList();
            if (IsRun(entity))
            {
                // What its product was made of beside it was read by it.
                var products = targets[entity].Select(e => e.Target).Where(e => !IsRun(e)).ToList();
                var read = from.Select(e => e.Source).Concat(products.SelectMany(p => sources[p]).Select(e => e.Source)).Where(e => !IsRun(e)).Distinct().ToList();
                var at = from.Concat(targets[entity]).Select(e => e.At).DefaultIfEmpty().Min();
                yield return new(Id(entity), JobOf(entity), entity, at, read, products);
            }
            else if (from.Count > 0 && !from.Exists(e => IsRun(e.Source)))
                yield return new(Id(entity), $"{entity.Kind}s", null, from.Min(e => e.At), [.. from.Select(e => e.Source).Distinct()], [entity]);
        }
    }

    private static bool IsRun(EntityRef entity) => entity.Kind is EntityRef.RunKind or EntityRef.DeploymentKind or EntityRef.GenerationKind;

    private static string JobOf(EntityRef entity) => entity.Kind == EntityRef.DeploymentKind ? $"deploy/{entity.Id[..Math.Max(0, entity.Id.LastIndexOf('/'))]}" : entity.Kind;

    private static Guid Id(EntityRef entity) =>
        entity.Kind == EntityRef.RunKind && Guid.TryParseExact(entity.Id, "N", out var own) ? own : new Guid(Convert.FromHexString(Digest.Of($"{entity}").Hex.AsSpan(0, 32)));
}
