namespace MLOps.Models;

/// <summary>Which stages there are and which may follow which.</summary>
internal static class StageRules
{
    private const int MaxStages = 100;

    /// <exception cref="MLOpsInvalidException">The stages break a rule.</exception>
    public static void Require(ModelStages stages)
    {
        if (stages.First.Count == 0) throw new MLOpsInvalidException("No stage may be the first: a version could never enter one. Name the stages that a version without one may enter.");
        foreach (var stage in All(stages)) Name.Require(stage, "stage");
        if (All(stages).Count > MaxStages) throw new MLOpsInvalidException($"There are {All(stages).Count} stages, and at most {MaxStages} are allowed.");
        var reached = new HashSet<string>(stages.First, StringComparer.Ordinal);
        var open = new Queue<string>(reached);
        while (open.TryDequeue(out var stage))
            foreach (var next in stages.After(stage))
                if (reached.Add(next)) open.Enqueue(next);
        if (All(stages).FirstOrDefault(s => !reached.Contains(s)) is { } lost) throw new MLOpsInvalidException($"No way leads to the stage '{lost}'. Let it be a first one, or follow another.");
    }

    /// <exception cref="MLOpsInvalidException">The step is not allowed.</exception>
    public static void RequireStep(ModelVersion version, string? from, string? to, ModelStages? stages)
    {
        if (from == to) return;
        if (to is null) throw new MLOpsInvalidException($"{version} is in the stage '{from}', which is left for another, not for none.");
        Name.Require(to, "stage");
        if (stages is null || stages.After(from).Contains(to, StringComparer.Ordinal)) return;
        var allowed = stages.After(from);
        throw new MLOpsInvalidException(
            $"{version} may not go from {(from is null ? "no stage" : $"the stage '{from}'")} to '{Name.Shown(to)}'; {(allowed.Count == 0 ? "no stage follows it" : $"what may follow is {string.Join(", ", allowed)}")}.");
    }

    private static HashSet<string> All(ModelStages stages) => [.. stages.First, .. stages.Next.Keys, .. stages.Next.Values.SelectMany(n => n)];
}
