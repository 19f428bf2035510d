using System.Globalization;
using MLOps.Charts;

namespace MLOps.Experiments;

/// <summary>A comparison as a page.</summary>
static class ComparisonReport
{
    private const int DrawnRuns = 8, ListedRuns = 200, ListedMetrics = 6, ListedRecipes = 50, ListedParams = 60, SideBySide = 6, LongestName = 60;

    public static string Html(RunComparison comparison, string title)
    {
        var report = new HtmlReport(title).Subtitle(Subtitle(comparison));
        // Only what is sure is green.
        var isSure = comparison.Best is not null && comparison.Recipes.Where(r => r.Values.Count > 0).Skip(1).All(r => r.IsWorse == true);
        report.Verdict(isSure ? ReportTone.Good : ReportTone.Neutral, comparison.Verdict);
        Tiles(report, comparison);
        Recipes(report, comparison);
        Curves(report, comparison);
        Pareto(report, comparison);
        Importance(report, comparison);
        Runs(report, comparison);
        Metrics(report, comparison);
        Params(report, comparison);
        return report.ToHtml();
    }

    private static string Subtitle(RunComparison comparison)
    {
        var experiments = comparison.Runs.Select(r => r.Experiment).Distinct(StringComparer.Ordinal).ToList();
        var from = experiments.Count == 1 ? $"of experiment {experiments[0]}" : $"of {experiments.Count} experiments";
        var (first, last) = (comparison.Runs.Min(r => r.StartedAt), comparison.Runs.Max(r => r.StartedAt));
        return string.Create(CultureInfo.InvariantCulture, $"{ComparisonWords.Count(comparison.Runs.Count, "run")} {from}, started {first:yyyy-MM-dd HH:mm} to {last:yyyy-MM-dd HH:mm} UTC");
    }

    private static void Tiles(HtmlReport report, RunComparison comparison)
    {
        var tiles = new List<ReportTile>();
        foreach (var metric in comparison.Metrics.Where(m => m.Goal is not null).Take(3))
        {
            var name = $"{metric.Goal} ({(metric.Goal!.IsMaximized ? "highest" : "lowest")})";
            tiles.Add(metric.Best is { } best
                ? new(name, NumberText.Short(metric.Values[best]), NameOf(comparison, best), ReportTone.Good)
                : new(name, "–", "no run has a number", ReportTone.Warning));
        }

        var failed = comparison.Runs.Count(r => r.Status is RunStatus.Failed or RunStatus.Killed);
        tiles.Add(new("Runs", comparison.Runs.Count.ToString(CultureInfo.InvariantCulture), failed > 0 ? $"{failed} failed or killed" : null, failed > 0 ? ReportTone.Warning : ReportTone.Neutral));
        if (comparison.Runs.Any(r => r.Cost is not null))
            tiles.Add(new("CPU hours", NumberText.Short(comparison.Runs.Sum(r => r.Cost?.CpuHours ?? 0)), comparison.Runs.Any(r => r.Cost?.Price is not null) ? $"price {NumberText.Short(comparison.Runs.Sum(r => r.Cost?.Price ?? 0))}" : null));
        report.Tiles([.. tiles]);
    }

    private static void Recipes(HtmlReport report, RunComparison comparison)
    {
        if (comparison.Recipes.Count == 0) return;
        report.Section("Recipes").Paragraph($"Runs that differ only in their seed are repeats of one recipe. Each recipe is tested against the best one: Welch's t-test, adjusted for their number (Holm), at level {NumberText.Short(comparison.Level)}.");
        var share = ((1 - comparison.Level) * 100).ToString("0.##", CultureInfo.InvariantCulture);
        report.Table(
            [new("Recipe"), new("Runs", true), new($"Mean {comparison.Goals[0]}", true), new("Deviation", true), new($"{share} % interval", true), new("p against the best", true), new("")],
            comparison.Recipes.Take(ListedRecipes).Select((r, i) => (IReadOnlyList<ReportCell>)
            [
                ComparisonWords.Shown(r, comparison), r.Runs.Count.ToString(CultureInfo.InvariantCulture), NumberText.Short(r.Mean), NumberText.Short(r.StandardDeviation),
                double.IsNaN(r.Lower) ? "–" : $"{NumberText.Short(r.Lower)} … {NumberText.Short(r.Upper)}", ComparisonWords.PValue(r.PValue),
                Judged(r, i),
            ]),
            comparison.Recipes.Count > ListedRecipes ? $"The best {ListedRecipes} of {comparison.Recipes.Count}." : null);
    }

    private static ReportCell Judged(Recipe recipe, int rank)
    {
        if (recipe.Values.Count == 0) return new("no number", ReportTone.Warning);
        if (rank == 0) return new("best", ReportTone.Good);
        return recipe.IsWorse switch { true => new("worse", ReportTone.Bad), false => new("may be as good"), null => new("cannot be said") };
    }

    private static void Curves(HtmlReport report, RunComparison comparison)
    {
        var drawn = comparison.Curves.Where(c => c.Curves.Count > 0).ToList();
        if (drawn.Count == 0) return;
        report.Section("Learning curves");
        var rank = comparison.Ranking.Select((run, rank) => (run, rank)).ToDictionary(r => r.run, r => r.rank);
        foreach (var metric in drawn)
        {
            var curves = metric.Curves.OrderBy(c => rank[c.Run]).Take(DrawnRuns).ToList();
            var colours = Colours([.. curves.Select(c => rank[c.Run])]);
            var lacking = comparison.Runs.Count - metric.Curves.Count;
            var caption = (metric.Curves.Count > curves.Count ? $"The {(comparison.Best is null ? "first" : "best")} {curves.Count} of {metric.Curves.Count} runs. " : "")
                + (lacking > 0 ? $"{ComparisonWords.Count(lacking, "run")} never logged it. " : "") + (curves.Any(c => c.Y.Any(v => !double.IsFinite(v))) ? "Values that are not finite are gaps." : "");
            report.Chart(new LineChart
            {
                Title = metric.Metric, XLabel = metric.Alignment == CurveAlignment.Time ? "seconds since the start" : "step",
                Series = [.. curves.Select((c, i) => new LineSeries(NameOf(comparison, c.Run), c.X, c.Y) { Colour = colours[i] })],
            }, caption.Length > 0 ? caption.TrimEnd() : null);
        }
    }

    /// <summary>The best runs have one colour in all charts; others take those that are free in theirs.</summary>
    private static int[] Colours(int[] ranks)
    {
        var free = new Queue<int>(Enumerable.Range(0, DrawnRuns).Except(ranks));
        return [.. ranks.Select(r => r < DrawnRuns ? r : free.Dequeue())];
    }

    private static void Pareto(HtmlReport report, RunComparison comparison)
    {
        if (comparison.ParetoFront.Count == 0) return;
        report.Section("Pareto front").Paragraph($"{ComparisonWords.Count(comparison.ParetoFront.Count, "run")} that no other run beats in one goal without losing in another.");
        if (comparison.Goals.Count == 2)
        {
            var (x, y) = (comparison.Goals[0], comparison.Goals[1]);
            // Equal points are drawn once: a line between them would have no length.
            var front = Points(comparison.ParetoFront);
            var others = Points(Enumerable.Range(0, comparison.Runs.Count).Except(comparison.ParetoFront));
            report.Chart(new LineChart
            {
                Title = $"{y} over {x}", XLabel = x.ToString(), YLabel = y.ToString(),
                Series =
                [
                    new("Pareto front", [.. front.Select(p => p.X)], [.. front.Select(p => p.Y)]) { Colour = 0 },
                    new("runs on it", [.. front.Select(p => p.X)], [.. front.Select(p => p.Y)]) { Colour = 0, IsScattered = true },
                    .. others.Count == 0 ? Array.Empty<LineSeries>() : [new("other runs", [.. others.Select(p => p.X)], [.. others.Select(p => p.Y)]) { Colour = 1, IsScattered = true }],
                ],
            });

            List<(double X, double Y)> Points(IEnumerable<int> places) => [.. places.Select(i => (x.Of(comparison.Runs[i]), y.Of(comparison.Runs[i]))).Where(p => double.IsFinite(p.Item1) && double.IsFinite(p.Item2)).Distinct().Order()];
        }

        report.Table([new("Run"), .. comparison.Goals.Select(g => new ReportColumn($"{g} {(g.IsMaximized ? "↑" : "↓")}", true))],
            comparison.ParetoFront.Take(ListedRuns).Select(i => (IReadOnlyList<ReportCell>)[NameOf(comparison, i), .. comparison.Goals.Select(g => (ReportCell)NumberText.Short(g.Of(comparison.Runs[i])))]));
    }

    private static void Importance(HtmlReport report, RunComparison comparison)
    {
        if (comparison.Importance.Count == 0) return;
        report.Section("What explains the result").Paragraph($"The share of the spread of {comparison.Goals[0]} that each param explains by itself. Params that were varied together share what they explain; it is no proof of a cause.");
        report.Chart(new BarChart { Title = "Explained share of the variance", Categories = [.. comparison.Importance.Select(p => p.Name)], Series = [new("share", [.. comparison.Importance.Select(p => p.Share)])], Format = "0%", MaxCategories = 15 });
        var moving = comparison.Importance.Where(p => !double.IsNaN(p.Correlation)).Take(15).ToList();
        if (moving.Count > 0)
            report.Table([new("Param"), new("Explains", true), new("Correlation", true), new("Runs", true)], moving.Select(p => (IReadOnlyList<ReportCell>)
                [p.Name, p.Share.ToString("0%", CultureInfo.InvariantCulture), p.Correlation.ToString("+0.00;−0.00;0", CultureInfo.InvariantCulture), p.Runs.ToString(CultureInfo.InvariantCulture)]), "Correlation: Spearman's, of the param's number with the metric.");
    }

    private static void Runs(HtmlReport report, RunComparison comparison)
    {
        var metrics = comparison.Metrics.Take(ListedMetrics).ToList();
        report.Section("Runs");
        report.Table(
            [new("Run"), new("Status"), .. metrics.Select(m => new ReportColumn(m.Goal is { } g ? $"{g} {(g.IsMaximized ? "↑" : "↓")}" : m.Name, true))],
            comparison.Ranking.Take(ListedRuns).Select(i => (IReadOnlyList<ReportCell>)
                [NameOf(comparison, i), new(comparison.Runs[i].Status.ToString(), comparison.Runs[i].Status is RunStatus.Failed or RunStatus.Killed ? ReportTone.Bad : ReportTone.Neutral), .. metrics.Select(m => Value(comparison, m, i))]),
            $"Differences are from {NameOf(comparison, comparison.Baseline)}.{(comparison.Runs.Count > ListedRuns ? $" The first {ListedRuns} of {comparison.Runs.Count} runs." : "")}");
    }

    private static ReportCell Value(RunComparison comparison, MetricComparison metric, int i)
    {
        if (!comparison.Runs[i].Metrics.ContainsKey(metric.Name)) return "never logged";
        if (double.IsNaN(metric.Values[i])) return new("NaN", ReportTone.Warning);
        var shown = NumberText.Short(metric.Values[i]);
        if (i == comparison.Baseline || double.IsNaN(metric.Deltas[i])) return shown;
        return new($"{shown} ({ComparisonWords.Delta(metric.Deltas[i])})", metric.IsBetter(i) switch { true => ReportTone.Good, false => ReportTone.Bad, null => ReportTone.Neutral });
    }

    private static void Metrics(HtmlReport report, RunComparison comparison)
    {
        if (comparison.Metrics.Count <= ListedMetrics) return;
        report.Section("All metrics").Table(
            [new("Metric"), new("Runs", true), new("Lowest", true), new("Median", true), new("Highest", true), new($"In {NameOf(comparison, comparison.Baseline)}", true)],
            comparison.Metrics.Take(500).Select(m =>
            {
                var numbers = m.Values.Where(v => !double.IsNaN(v)).Order().ToList();
                string Of(int place) => numbers.Count == 0 ? "–" : NumberText.Short(numbers[place]);
                return (IReadOnlyList<ReportCell>)[m.Name, m.Present.ToString(CultureInfo.InvariantCulture), Of(0), Of(numbers.Count / 2), Of(numbers.Count - 1), NumberText.Short(m.Values[comparison.Baseline])];
            }), comparison.Metrics.Count > 500 ? $"The first 500 of {comparison.Metrics.Count}." : null);
    }

    private static void Params(HtmlReport report, RunComparison comparison)
    {
        var differing = comparison.Params.Where(p => p.IsDifferent).Take(ListedParams).ToList();
        var equal = comparison.Params.Where(p => !p.IsDifferent).ToList();
        if (differing.Count > 0)
        {
            report.Section("Params that differ");
            var shown = comparison.Ranking.Take(SideBySide).ToList();
            report.Table([new("Param"), new("Values", true), .. shown.Select(i => new ReportColumn(NameOf(comparison, i)))],
                differing.Select(p => (IReadOnlyList<ReportCell>)
                    [p.Name, p.Values.Distinct(StringComparer.Ordinal).Count().ToString(CultureInfo.InvariantCulture), .. shown.Select(i => (ReportCell)(p.Values[i] is { } value ? Markup.Shorten(value, LongestName) : "–"))]),
                comparison.Runs.Count > shown.Count ? $"The {(comparison.Best is null ? "first" : "best")} {shown.Count} of {comparison.Runs.Count} runs." : null);
        }

        if (equal.Count > 0) report.Section("Params that are the same in all runs").Table([new("Param"), new("Value")], equal.Take(ListedParams).Select(p => (IReadOnlyList<ReportCell>)[p.Name, Markup.Shorten(p.Values[0], LongestName)]));
    }

    /// <summary>A run's name, with enough of its id where others have the same.</summary>
    private static string NameOf(RunComparison comparison, int i)
    {
        var name = Markup.Shorten(comparison.Runs[i].Name, LongestName);
        return comparison.Runs.Count(r => r.Name == comparison.Runs[i].Name) > 1 ? $"{name} ({comparison.Runs[i].Id[^6..]})" : name;
    }
}
