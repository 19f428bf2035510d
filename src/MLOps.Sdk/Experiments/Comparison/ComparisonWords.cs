using MLOps.Charts;

namespace MLOps.Experiments;

/// <summary>What a comparison says, in words.</summary>
static class ComparisonWords
{
    private const int LongestValue = 40, MostParams = 6;

    public static string Verdict(RunComparison comparison)
    {
        if (comparison.Goals.Count == 0) return $"{Count(comparison.Runs.Count, "run")} side by side; no goal was given, so none is best.";
        var goal = comparison.Goals[0];
        if (comparison.Best is null) return $"No run has a number for {goal}.";
        var recipes = comparison.Recipes.Where(r => r.Values.Count > 0).ToList();
        var (best, direction) = (recipes[0], goal.IsMaximized ? "highest" : "lowest");
        var value = best.Values.Count == 1 ? NumberText.Short(best.Mean) : $"{NumberText.Short(best.Mean)} on average over {best.Values.Count} runs";
        var head = $"Best by {goal} ({direction}): {Shown(best, comparison)} with {value}";
        if (recipes.Count == 1) return $"{head}. It is the only recipe.";
        var worse = recipes.Count(r => r.IsWorse == true);
        if (worse == recipes.Count - 1) return $"{head}; significantly better than {(worse == 1 ? "the other recipe" : $"each of the {worse} others")} (p < {NumberText.Short(comparison.Level)}).";
        if (recipes.Skip(1).All(r => r.IsWorse is null)) return $"{head}; how sure that is cannot be said, for recipes were not repeated with other seeds.";
        var (equal, unknown) = (recipes.Count(r => r.IsWorse == false), recipes.Skip(1).Count(r => r.IsWorse is null));
        var rest = unknown > 0 ? $", and of {unknown} without repeats nothing can be said" : "";
        if (worse == 0) return $"{head}; but {(equal == 1 ? "another recipe" : $"{equal} other recipes")} may be as good{rest}.";
        return $"{head}; significantly better than {worse} of {recipes.Count - 1} others{(equal > 0 ? $", while {equal} may be as good" : "")}{rest}.";
    }

    /// <summary>A recipe by the params in which the recipes differ.</summary>
    public static string Shown(Recipe recipe, RunComparison comparison)
    {
        var differing = comparison.Params.Where(p => p.IsDifferent && comparison.Recipes.Any(r => r.Params.ContainsKey(p.Name))).Select(p => p.Name).ToList();
        if (differing.Count == 0) return comparison.Runs[recipe.Runs[0]].Name;
        var shown = differing.Take(MostParams).Select(n => $"{n}={(recipe.Params.TryGetValue(n, out var value) ? Markup.Shorten(value, LongestValue) : "–")}");
        return string.Join(", ", shown) + (differing.Count > MostParams ? ", …" : "");
    }

    public static string Count(int count, string one) => $"{count} {one}{(count == 1 ? "" : "s")}";

    /// <summary>A difference with its sign.</summary>
    public static string Delta(double delta) => double.IsNaN(delta) ? "" : delta == 0 ? "±0" : (delta > 0 ? "+" : "−") + NumberText.Short(Math.Abs(delta));

    public static string PValue(double p) => double.IsNaN(p) ? "" : p < 0.001 ? "< 0.001" : p.ToString("0.000", System.Globalization.CultureInfo.InvariantCulture);
}
