namespace MLOps.Experiments;

/// <summary>Makes a comparison of runs that were read.</summary>
static class Comparing
{
    public static RunComparison Of(IReadOnlyList<Run> runs, IReadOnlyList<MetricCurves> curves, RunComparisonOptions options)
    {
        var best = options.Goals.Count > 0 ? BestOf(runs.Select(options.Goals[0].Of), options.Goals[0]) : null;
        var baseline = options.Baseline is { } id
            ? runs.Select((run, i) => (run, i)).Where(r => r.run.Id == id).Select(r => (int?)r.i).FirstOrDefault() ?? throw new MLOpsInvalidException($"The baseline '{Name.Shown(id)}' is none of the runs that are compared.")
            : best ?? 0;
        return new RunComparison
        {
            Runs = runs,
            Goals = options.Goals,
            Baseline = baseline,
            Best = best,
            Params = Params(runs),
            Metrics = Metrics(runs, options.Goals, baseline),
            Recipes = options.Goals.Count > 0 ? Recipes.Of(runs, options.Goals[0], options) : [],
            ParetoFront = options.Goals.Count > 1 ? Pareto(runs, options.Goals) : [],
            Importance = options.Goals.Count > 0 ? Importances.Of(runs, options.Goals[0]) : [],
            Curves = curves,
            Level = options.Level,
        };
    }

    private static List<ParamDifference> Params(IReadOnlyList<Run> runs) =>
    [
        .. runs.SelectMany(r => r.Params.Keys).Distinct(StringComparer.Ordinal)
            .Select(name => (Name: name, Values: runs.Select(r => r.Params.GetValueOrDefault(name)).ToList()))
            .Select(p => new ParamDifference(p.Name, p.Values, p.Values.Distinct(StringComparer.Ordinal).Skip(1).Any()))
            .OrderByDescending(p => p.IsDifferent).ThenBy(p => p.Name, StringComparer.Ordinal),
    ];

    private static List<MetricComparison> Metrics(IReadOnlyList<Run> runs, IReadOnlyList<MetricGoal> goals, int baseline)
    {
        var compared = goals.Select(g => Compared(g.Metric, g, g.Of)).ToList();
        var rest = runs.SelectMany(r => r.Metrics.Keys).Distinct(StringComparer.Ordinal).Except(goals.Select(g => g.Metric))
            .OrderBy(name => name.StartsWith(ProcessWatch.Prefix, StringComparison.Ordinal)).ThenBy(name => name, StringComparer.Ordinal);
        compared.AddRange(rest.Select(name => Compared(name, null, r => r.Metrics.GetValueOrDefault(name)?.Last ?? double.NaN)));
        return compared;

        MetricComparison Compared(string name, MetricGoal? goal, Func<Run, double> value)
        {
            var values = runs.Select(value).ToArray();
            // Equal infinities differ by nothing.
            var deltas = values.Select(v => v == values[baseline] ? 0 : v - values[baseline]).ToArray();
            return new MetricComparison(name, goal, values, deltas, runs.Count(r => r.Metrics.ContainsKey(name)), goal is null ? null : BestOf(values, goal));
        }
    }

    private static int? BestOf(IEnumerable<double> values, MetricGoal goal)
    {
        int? best = null;
        var least = double.NaN;
        var place = 0;
        foreach (var value in values)
        {
            if (goal.IsBetter(value, least)) (best, least) = (place, value);
            place++;
        }

        return best;
    }

    private static List<int> Pareto(IReadOnlyList<Run> runs, IReadOnlyList<MetricGoal> goals)
    {
        // As losses: less is better in every column.
        var losses = runs.Select(r => goals.Select(g => g.IsMaximized ? -g.Of(r) : g.Of(r)).ToArray()).ToArray();
        var whole = Enumerable.Range(0, runs.Count).Where(i => losses[i].All(v => !double.IsNaN(v))).ToList();
        return [.. whole.Where(i => !whole.Exists(j => Beats(losses[j], losses[i]))).OrderBy(i => losses[i][0])];

        static bool Beats(double[] one, double[] other)
        {
            var somewhere = false;
            for (var g = 0; g < one.Length; g++)
            {
                if (one[g] > other[g]) return false;
                somewhere |= one[g] < other[g];
            }

            return somewhere;
        }
    }
}
