namespace MLOps.Experiments;

/// <summary>Compares runs, wherever they are tracked.</summary>
public static class RunComparisonExtensions
{
    /// <summary>The most runs that are compared.</summary>
    public const int MostRuns = 1_000;

    /// <summary>Lays the runs of a query side by side.</summary>
    /// <param name="tracker">Where they are tracked.</param>
    /// <param name="query">Which runs, and in which order: by start time, oldest first, unless it says otherwise. At most <see cref="MostRuns"/> of them.</param>
    /// <param name="options">Goals, curves; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MLOpsNotFoundException">There is no such run.</exception>
    /// <exception cref="MLOpsInvalidException">There are too many, or the baseline is none of them.</exception>
    /// <example><code>
    /// var comparison = await mlops.Experiments.CompareRunsAsync(new() { Experiment = "demand" }, new() { Goals = [new("rmse")] });
    /// Console.WriteLine(comparison.Verdict);
    /// File.WriteAllText("comparison.html", comparison.ToHtml());
    /// </code></example>
    public static async ValueTask<RunComparison> CompareRunsAsync(this IExperimentTracker tracker, RunQuery query, RunComparisonOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tracker);
        ArgumentNullException.ThrowIfNull(query);
        var how = (options ?? new RunComparisonOptions()).Checked();
        if (query is { OrderBy: null, Descending: true, Limit: null }) query = query with { Descending = false };
        var runs = new List<Run>();
        await foreach (var run in tracker.QueryRunsAsync(query with { Limit = Math.Min(query.Limit ?? int.MaxValue, MostRuns + 1) }, cancellationToken).ConfigureAwait(false)) runs.Add(run);
        if (runs.Count > MostRuns) throw new MLOpsInvalidException($"There are more than {MostRuns} such runs, and no more are compared at once. Narrow the query, or give it a limit.");
        if (runs.Count == 0) throw new MLOpsNotFoundException("There is no such run to compare.");
        return Comparing.Of(runs, await CurveReader.ReadAsync(tracker, runs, how, cancellationToken).ConfigureAwait(false), how);
    }

    /// <summary>Which recipe is best: the params that did best over their repeats, with how sure that is.</summary>
    /// <param name="tracker">Where the runs are tracked.</param>
    /// <param name="query">Which runs.</param>
    /// <param name="goal">What they are judged by.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The best recipe, or null when no run has a number for the goal.</returns>
    public static async ValueTask<Recipe?> BestRecipeAsync(this IExperimentTracker tracker, RunQuery query, MetricGoal goal, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(goal);
        var comparison = await tracker.CompareRunsAsync(query, new RunComparisonOptions { Goals = [goal], Curves = [] }, cancellationToken).ConfigureAwait(false);
        return comparison.Recipes.FirstOrDefault(r => r.Values.Count > 0);
    }
}
