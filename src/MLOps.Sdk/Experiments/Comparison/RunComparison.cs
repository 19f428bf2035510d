namespace MLOps.Experiments;

/// <summary>Runs side by side: what they were run with, how they did, which is best and how sure that is.</summary>
public sealed record RunComparison
{
    /// <summary>The runs, in the order in which they were given. Other parts name a run by its place here.</summary>
    public required IReadOnlyList<Run> Runs { get; init; }

    /// <summary>What they were judged by; the first decides.</summary>
    public required IReadOnlyList<MetricGoal> Goals { get; init; }

    /// <summary>The place of the run that the others are measured against.</summary>
    public required int Baseline { get; init; }

    /// <summary>The place of the best run by the first goal; null without a goal, or when no run has a number.</summary>
    public required int? Best { get; init; }

    /// <summary>The places of all runs by the first goal, best first; in the order in which they were given without a goal.</summary>
    public IReadOnlyList<int> Ranking
    {
        get
        {
            var places = Enumerable.Range(0, Runs.Count);
            if (Goals.Count == 0) return [.. places];
            var (goal, values) = (Goals[0], Runs.Select(Goals[0].Of).ToArray());
            return [.. places.Order(Comparer<int>.Create((a, b) => goal.IsBetter(values[a], values[b]) ? -1 : goal.IsBetter(values[b], values[a]) ? 1 : a.CompareTo(b)))];
        }
    }

    /// <summary>The params, those in which the runs differ first, then by name.</summary>
    public required IReadOnlyList<ParamDifference> Params { get; init; }

    /// <summary>The metrics, goals first, then by name, those of the process last.</summary>
    public required IReadOnlyList<MetricComparison> Metrics { get; init; }

    /// <summary>The recipes by their mean of the first goal, best first; empty without a goal.</summary>
    public required IReadOnlyList<Recipe> Recipes { get; init; }

    /// <summary>The places of runs that no other run beats in one goal without losing in another; with fewer than two goals empty.</summary>
    public required IReadOnlyList<int> ParetoFront { get; init; }

    /// <summary>What explains the first goal, most first; empty without a goal or with fewer than five runs that have it.</summary>
    public required IReadOnlyList<ParamImportance> Importance { get; init; }

    /// <summary>Learning curves.</summary>
    public required IReadOnlyList<MetricCurves> Curves { get; init; }

    /// <summary>The level at which a difference was called significant.</summary>
    public required double Level { get; init; }

    /// <summary>Which recipe is best, in one sentence that also says how sure that is.</summary>
    public string Verdict => ComparisonWords.Verdict(this);

    /// <summary>The runs as a table for spreadsheets: one row each, with the params that differ and all metrics. Fields are quoted where they must be (RFC 4180).</summary>
    public string ToCsv() => ComparisonTable.Csv(this);

    /// <summary>The runs as a table for people: with the params that differ and the first eight metrics.</summary>
    public string ToMarkdown() => ComparisonTable.Markdown(this);

    /// <summary>One page that needs nothing else: verdict, recipes, learning curves, metrics, params and what explains the result. Of many runs the best are drawn.</summary>
    /// <param name="title">Its title.</param>
    public string ToHtml(string title = "Comparison of runs") => ComparisonReport.Html(this, title);
}
