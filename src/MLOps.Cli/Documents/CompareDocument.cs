using MLOps.Experiments;

namespace MLOps.Cli.Documents;

internal sealed record CompareDocument(
    string Verdict, string? Best, string Baseline, IReadOnlyList<CompareItem> Runs, IReadOnlyList<RecipeItem> Recipes, IReadOnlyList<string> ParetoFront, IReadOnlyList<ImportanceItem> Importance) : Document
{
    public static CompareDocument Of(RunComparison comparison)
    {
        var differing = comparison.Params.Where(p => p.IsDifferent).ToList();
        return new(
            comparison.Verdict, comparison.Best is { } best ? comparison.Runs[best].Id : null, comparison.Runs[comparison.Baseline].Id,
            [.. comparison.Runs.Select((r, i) => new CompareItem(
                r.Id, r.Name, differing.Where(p => p.Values[i] is not null).ToDictionary(p => p.Name, p => p.Values[i]!),
                comparison.Metrics.Where(m => r.Metrics.ContainsKey(m.Name)).ToDictionary(m => m.Name, m => m.Values[i])))],
            [.. comparison.Recipes.Select(r => new RecipeItem(r.Params, [.. r.Runs.Select(i => comparison.Runs[i].Id)], r.Mean, r.Lower, r.Upper, r.PValue, r.IsWorse))],
            [.. comparison.ParetoFront.Select(i => comparison.Runs[i].Id)],
            [.. comparison.Importance.Select(p => new ImportanceItem(p.Name, p.Share, p.Correlation))]);
    }
}

internal sealed record CompareItem(string Id, string Name, IReadOnlyDictionary<string, string> Params, IReadOnlyDictionary<string, double> Metrics);

internal sealed record RecipeItem(IReadOnlyDictionary<string, string> Params, IReadOnlyList<string> Runs, double Mean, double Lower, double Upper, double PValue, bool? IsWorse);

internal sealed record ImportanceItem(string Name, double Share, double Correlation);
