using MathNet.Numerics.Distributions;
using MLOps.Statistics;

namespace MLOps.Experiments;

/// <summary>Groups runs by what they were run with, and tests the groups against the best.</summary>
static class Recipes
{
    public static List<Recipe> Of(IReadOnlyList<Run> runs, MetricGoal goal, RunComparisonOptions options)
    {
        var recipes = new Dictionary<string, (Dictionary<string, string> Params, List<int> Runs)>(StringComparer.Ordinal);
        for (var i = 0; i < runs.Count; i++)
        {
            var parameters = runs[i].Params.Where(p => !options.RepeatParams.Contains(p.Key, StringComparer.OrdinalIgnoreCase)).OrderBy(p => p.Key, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
            // No name or value holds U+0000.
            var key = string.Join('\0', parameters.Select(p => p.Key + '\0' + p.Value));
            if (!recipes.TryGetValue(key, out var recipe)) recipes.Add(key, recipe = (parameters, []));
            recipe.Runs.Add(i);
        }

        var ranked = recipes.Values.Select(r => One(runs, r.Params, r.Runs, goal, options.Level)).ToList();
        ranked.Sort((a, b) => goal.IsBetter(a.Mean, b.Mean) ? -1 : goal.IsBetter(b.Mean, a.Mean) ? 1 : a.Runs[0].CompareTo(b.Runs[0]));
        return Tested(ranked, options.Level);
    }

    private static Recipe One(IReadOnlyList<Run> runs, Dictionary<string, string> parameters, List<int> places, MetricGoal goal, double level)
    {
        var values = places.Select(i => goal.Of(runs[i])).Where(double.IsFinite).ToArray();
        var moments = Moments.Of(values);
        var mean = values.Length > 0 ? moments.Mean : double.NaN;
        var deviation = values.Length > 1 ? moments.StandardDeviation() : double.NaN;
        var margin = values.Length > 1 ? StudentT.InvCDF(0, 1, values.Length - 1, 1 - (level / 2)) * deviation / Math.Sqrt(values.Length) : double.NaN;
        return new Recipe { Params = parameters, Runs = places, Values = values, Mean = mean, StandardDeviation = deviation, Lower = mean - margin, Upper = mean + margin };
    }

    private static List<Recipe> Tested(List<Recipe> ranked, double level)
    {
        if (ranked.Count < 2 || ranked[0].Values.Count < 2) return ranked;
        var best = ranked[0].Values.ToArray();
        var raw = ranked.Select((r, i) => i == 0 || r.Values.Count < 2 ? double.NaN : TwoSample.WelchT(best, [.. r.Values]).PValue).ToArray();
        var adjusted = MultipleTesting.Holm(raw);
        return [.. ranked.Select((r, i) => double.IsNaN(adjusted[i]) ? r : r with { PValue = adjusted[i], IsWorse = adjusted[i] < level })];
    }
}
