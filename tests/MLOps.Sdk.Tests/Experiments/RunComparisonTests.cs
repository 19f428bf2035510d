namespace MLOps.Experiments;

public sealed class RunComparisonTests
{
    private static readonly MetricGoal s_rmse = new("rmse");

    private TestStore _store = null!;

    [SetUp]
    public void Open() => _store = new TestStore(Backend.Memory);

    [TearDown]
    public async Task Close() => await _store.DisposeAsync();

    [Test]
    public async Task Params_metrics_and_the_best_are_told_apart()
    {
        await RunAsync("a", new() { ["lr"] = "0.1", ["depth"] = "3" }, ("rmse", [3, 2]), ("acc", [0.5]));
        await RunAsync("b", new() { ["lr"] = "0.2", ["depth"] = "3", ["extra"] = "x" }, ("rmse", [4, 1]), ("acc", [0.7]));
        await RunAsync("c", new() { ["lr"] = "0.2", ["depth"] = "3" }, ("other", [1]));
        var comparison = await CompareAsync(s_rmse, new("acc", IsMaximized: true));
        Assert.Multiple(() =>
        {
            Assert.That(comparison.Runs.Select(r => r.Name), Is.EqualTo(new[] { "a", "b", "c" }));
            Assert.That((comparison.Best, comparison.Baseline), Is.EqualTo(((int?)1, 1)));
            Assert.That(comparison.Params.Select(p => (p.Name, p.IsDifferent)), Is.EqualTo(new[] { ("extra", true), ("lr", true), ("depth", false) }));
            Assert.That(comparison.Params[0].Values, Is.EqualTo(new[] { null, "x", null }));
            Assert.That(comparison.Metrics.Select(m => m.Name), Is.EqualTo(new[] { "rmse", "acc", "other" }));
            Assert.That(comparison.Metrics[0].Values, Is.EqualTo(new[] { 2, 1, double.NaN }));
            Assert.That(comparison.Metrics[0].Deltas, Is.EqualTo(new[] { 1, 0, double.NaN }));
            Assert.That((comparison.Metrics[0].IsBetter(0), comparison.Metrics[0].IsBetter(1), comparison.Metrics[0].IsBetter(2)), Is.EqualTo(((bool?)false, (bool?)null, (bool?)null)));
            Assert.That((comparison.Metrics[0].Present, comparison.Metrics[2].Present), Is.EqualTo((2, 1)));
            Assert.That(comparison.Verdict, Does.Contain("lowest").And.Contains("cannot be said"));
        });
    }

    [Test]
    public async Task Of_recipes_repeated_with_other_seeds_the_best_is_named_and_whether_it_is_sure()
    {
        for (var seed = 0; seed < 6; seed++)
        {
            await RunAsync($"good {seed}", new() { ["lr"] = "0.1", ["seed"] = $"{seed}" }, ("rmse", [1 + (seed * 0.01)]));
            await RunAsync($"equal {seed}", new() { ["lr"] = "0.2", ["seed"] = $"{seed}" }, ("rmse", [1.005 + (seed * 0.01)]));
            await RunAsync($"bad {seed}", new() { ["lr"] = "0.3", ["seed"] = $"{seed}" }, ("rmse", [2 + (seed * 0.01)]));
        }

        await RunAsync("once", new() { ["lr"] = "0.4", ["seed"] = "0" }, ("rmse", [1.2]));
        await RunAsync("nan", new() { ["lr"] = "0.5", ["seed"] = "0" }, ("rmse", [double.NaN]));
        var comparison = await CompareAsync(s_rmse);
        Assert.Multiple(() =>
        {
            Assert.That(comparison.Recipes.Select(r => r.Params["lr"]), Is.EqualTo(new[] { "0.1", "0.2", "0.4", "0.3", "0.5" }));
            Assert.That(comparison.Recipes.Select(r => r.IsWorse), Is.EqualTo(new bool?[] { null, false, null, true, null }));
            Assert.That((comparison.Recipes[0].Mean, comparison.Recipes[0].Runs.Count), Is.EqualTo((1.025, 6)).Within(1e-12));
            // scipy.stats.t.ppf(0.975, 5) * std / sqrt(6) with std = 0.018708286933869706
            Assert.That(comparison.Recipes[0].Upper - comparison.Recipes[0].Mean, Is.EqualTo(2.5705818366147395 * 0.018708286933869706 / Math.Sqrt(6)).Within(1e-9));
            Assert.That(comparison.Recipes[3].PValue, Is.LessThan(1e-6));
            Assert.That(comparison.Verdict, Does.Contain("lr=0.1").And.Contains("1 of 3 others").And.Contains("1 may be as good").And.Contains("of 1 without repeats"));
        });
        var best = await _store.Tracker.BestRecipeAsync(new() { Experiment = "demand" }, s_rmse);
        Assert.That(best!.Params["lr"], Is.EqualTo("0.1"));
        Assert.That((await _store.Tracker.BestRecipeAsync(new() { Experiment = "demand" }, s_rmse with { IsMaximized = true }))!.Params["lr"], Is.EqualTo("0.3"));
        Assert.That(await _store.Tracker.BestRecipeAsync(new() { Experiment = "demand" }, new("none")), Is.Null);
    }

    [Test]
    public async Task The_Pareto_front_has_every_run_that_none_beats_everywhere()
    {
        foreach (var (name, cost, accuracy) in new[] { ("cheap", 1.0, 0.6), ("good", 5, 0.9), ("middle", 3, 0.8), ("beaten", 4, 0.7), ("same", 3, 0.8), ("nan", 0, double.NaN) })
            await RunAsync(name, [], ("cost", [cost]), ("accuracy", [accuracy]));
        var comparison = await CompareAsync(new MetricGoal("cost"), new MetricGoal("accuracy", IsMaximized: true));
        Assert.That(comparison.ParetoFront.Select(i => comparison.Runs[i].Name), Is.EqualTo(new[] { "cheap", "middle", "same", "good" }));
        Assert.That(comparison.Ranking.Select(i => comparison.Runs[i].Name), Is.EqualTo(new[] { "nan", "cheap", "middle", "same", "beaten", "good" }));
    }

    [Test]
    public async Task The_param_that_matters_explains_more_than_the_one_that_does_not()
    {
        var random = new Random(3);
        for (var i = 0; i < 60; i++)
            await RunAsync($"r{i}", new() { ["lr"] = (i % 3 * 0.1).ToString(System.Globalization.CultureInfo.InvariantCulture), ["noise"] = random.Next(3).ToString(null, null), ["width"] = i.ToString(null, null), ["id"] = $"x{i}", ["kind"] = i % 2 == 0 ? "a" : "b" },
                ("rmse", [(i % 3) + (0.1 * random.NextDouble()) + (i % 2 * 0.5)]));
        var importance = (await CompareAsync(s_rmse)).Importance;
        Assert.That(importance.Select(p => p.Name), Is.EquivalentTo(new[] { "lr", "kind", "noise", "width" }), "a text that is different in every run explains nothing");
        Assert.That(importance[0].Name, Is.EqualTo("lr"));
        Assert.That((importance[0].Share > 0.8, importance[0].Correlation > 0.8), Is.EqualTo((true, true)));
        Assert.That(importance.Single(p => p.Name == "noise").Share, Is.LessThan(0.1));
        Assert.That(importance.Single(p => p.Name == "kind").Correlation, Is.NaN);
    }

    [Test]
    public async Task Curves_are_aligned_by_step_or_by_time_and_thinned_out()
    {
        await using (var run = await _store.Tracker.StartRunAsync("demand", new() { Name = "long" }))
        {
            for (var i = 0; i < 5000; i++)
            {
                if (i == 2500) _store.Time.Advance(TimeSpan.FromSeconds(10));
                run.Log(run.Metric("rmse"), 1.0 / (i + 1), i);
            }

            await run.CompleteAsync();
        }

        await RunAsync("short", [], ("rmse", [2, 1, double.NaN]));
        await RunAsync("none", []);
        var byStep = (await CompareAsync(s_rmse)).Curves.Single();
        Assert.That(byStep.Curves.Select(c => c.Run), Is.EqualTo(new[] { 0, 1 }));
        Assert.That((byStep.Curves[0].X.Count is > 200 and <= 300, byStep.Curves[0].X[^1] > 4900, byStep.Curves[1].X.Count), Is.EqualTo((true, true, 3)));
        var byTime = (await _store.Tracker.CompareRunsAsync(new() { Experiment = "demand" }, new() { Goals = [s_rmse], Alignment = CurveAlignment.Time })).Curves.Single();
        Assert.That((byTime.Curves[0].X[0], byTime.Curves[0].X[^1]), Is.EqualTo((0.0, 10.0)));
        var chosen = (await _store.Tracker.CompareRunsAsync(new() { Experiment = "demand" }, new() { Curves = ["rmse", "never"] })).Curves;
        Assert.That(chosen.Select(c => (c.Metric, c.Curves.Count)), Is.EqualTo(new[] { ("rmse", 2), ("never", 0) }));
    }

    [Test]
    public async Task Hostile_names_and_odd_runs_give_readable_tables_and_a_harmless_page()
    {
        const string Evil = "<script>alert(1)</script>|`x`,\"q\"";
        await RunAsync(Evil.Replace("/", "_", StringComparison.Ordinal), new() { [Evil.Replace("/", "_", StringComparison.Ordinal)] = "=1+1\n<b>", ["seed"] = "1" }, (Evil.Replace("/", "_", StringComparison.Ordinal), [1, double.NaN]), ("rmse", [double.PositiveInfinity]));
        await RunAsync("b", new() { ["seed"] = "2" }, ("rmse", [double.NaN, double.NaN]));
        await RunAsync("c", []);
        await using (var open = await _store.Tracker.StartRunAsync("demand", new() { Name = "left" })) open.Log(open.Metric("rmse"), 1, 0);
        var comparison = await CompareAsync(s_rmse, new(Evil.Replace("/", "_", StringComparison.Ordinal), IsMaximized: true));
        var html = comparison.ToHtml(Evil);
        Assert.Multiple(() =>
        {
            Assert.That(html, Does.Not.Contain("<script>").And.Contains("&lt;script&gt;").And.Contains("never logged").And.Contains("NaN"));
            Assert.That(comparison.ToMarkdown(), Does.Not.Contain("<script>").And.Contains("\\|"));
            Assert.That(comparison.ToMarkdown().Split('\n').Where(l => l.Length > 0).Select(l => l.Replace("\\|", "", StringComparison.Ordinal).Count(c => c == '|')).Distinct().Count(), Is.EqualTo(1), "every row has the same columns");
            Assert.That(comparison.ToCsv(), Does.Contain("\"\"q\"\""));
            Assert.That(comparison.ToCsv().Split("\r\n"), Has.Length.EqualTo(6));
            Assert.That(comparison.Recipes[0].Values, Is.EqualTo(new[] { 1.0 }), "infinite values make no mean");
        });
    }

    [Test]
    public async Task What_cannot_be_compared_is_told()
    {
        Assert.ThrowsAsync<MLOpsNotFoundException>(async () => await _store.Tracker.CompareRunsAsync(new() { Experiment = "none" }));
        await RunAsync("a", []);
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await _store.Tracker.CompareRunsAsync(new(), new() { Baseline = "x" }));
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await _store.Tracker.CompareRunsAsync(new(), new() { CurvePoints = 1 }));
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await _store.Tracker.CompareRunsAsync(new(), new() { Level = double.NaN }));
        var alone = await _store.Tracker.CompareRunsAsync(new());
        Assert.That((alone.Best, alone.Verdict), Is.EqualTo(((int?)null, "1 run side by side; no goal was given, so none is best.")));
        Assert.That(alone.ToHtml(), Does.Contain("1 run of experiment demand"));
        Assert.That((await CompareAsync(s_rmse)).Verdict, Is.EqualTo("No run has a number for rmse."));
    }

    private async Task<RunComparison> CompareAsync(params MetricGoal[] goals) => await _store.Tracker.CompareRunsAsync(new() { Experiment = "demand" }, new() { Goals = goals });

    private async Task RunAsync(string name, Dictionary<string, string> parameters, params (string Metric, double[] Values)[] metrics)
    {
        _store.Time.Advance(TimeSpan.FromSeconds(1));
        await using var run = await _store.Tracker.StartRunAsync("demand", new() { Name = name, Params = parameters });
        foreach (var (metric, values) in metrics)
            for (var i = 0; i < values.Length; i++) run.Log(run.Metric(metric), values[i], i);
        await run.CompleteAsync();
    }
}
