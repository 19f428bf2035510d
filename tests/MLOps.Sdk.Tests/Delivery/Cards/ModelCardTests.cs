using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Data;
using MLOps.Experiments;
using MLOps.Models;
using MLOps.Records;
using MLOps.Testing;

namespace MLOps.Delivery;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ModelCardTests : IAsyncDisposable
{
    private const string Hostile = "<script>alert(1)</script> [x](http://evil) | \u202e *b* `c` \r\n# forged";

    private readonly ManualTimeProvider _time = new();
    private readonly StoreProcess _store;

    public ModelCardTests() => _store = new StoreProcess(b => b.AddModelType("line", TestModelsJson.Default.LineModel), time: _time);

    private ModelCards Cards => _store.Services.Get<ModelCards>();

    [TearDown]
    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Test]
    public async Task A_card_says_what_the_store_knows()
    {
        var (_, second) = await LifeAsync();
        var card = await Cards.CreateAsync(second, new() { IntendedUse = "Planning of shifts.", OutOfScope = "Prices.", Limits = "Snow is rare in the data.", Owner = "ana" });
        var text = await Cards.ReadAsync(card, ModelCards.Markdown);
        var page = await Cards.ReadAsync(card, ModelCards.Html);
        if (Environment.GetEnvironmentVariable("MLOPS_SAMPLE_CARD") is { Length: > 0 } path) await File.WriteAllTextAsync(path, page);

        foreach (var heading in new[] { "Summary", "Intended use and limits", "Data", "Metrics", "Compared with the champion", "Gates", "Deployments", "Lineage" })
        {
            Assert.That(text, Does.Contain($"\n## {heading}\n"));
            Assert.That(page, Does.Contain($"<h2>{heading}</h2>"));
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(text, Does.StartWith("# Model card: demand\n"));
            Assert.That(text, Does.Contain("| Intended use | Planning of shifts. |").And.Contain(second.Digest.Hex).And.Contain("| weather = rain | rmse |"));
            Assert.That(text, Does.Contain("| better | passed | It is better. |").And.Contain("The champion is demand/1").And.Contain("| challenger | "));
            Assert.That(text, Does.Match(@"\| rides@[0-9a-f]{12} \| training \| 1 \| 8 \|"));
            Assert.That(page, Does.Contain("<svg").And.Contain("Graph: "));
            Assert.That(text, Does.Not.Contain("## In use"), "a section that finds nothing is left out");
        }
    }

    [Test]
    public async Task The_same_facts_give_the_same_card_and_other_facts_another()
    {
        var (_, second) = await LifeAsync();
        var first = await Cards.CreateAsync(second, new() { IntendedUse = "x" });
        _time.Advance(TimeSpan.FromDays(1));
        var again = await Cards.CreateAsync(second);
        await _store.Registry.SetAliasAsync("demand", "champion", 2);
        var moved = await Cards.CreateAsync(second);

        Assert.That((again.Revision, again.Files[0].Digest, again.Notes.IntendedUse), Is.EqualTo((1, first.Files[0].Digest, "x")));
        Assert.That((moved.Revision, moved.Notes.IntendedUse), Is.EqualTo((2, "x")));
        Assert.That(await Cards.ReadAsync(first, ModelCards.Markdown), Does.Contain("Compared with the champion"), "an old card stays as it was");
        Assert.That(await Cards.ReadAsync(moved, ModelCards.Markdown), Does.Not.Contain("Compared with the champion"));
        Assert.That(await _store.Services.Get<AuditChain>().VerifyAsync(), Is.GreaterThan(0));
    }

    [Test]
    public async Task Words_said_of_a_version_go_on_to_the_next_until_others_are_said()
    {
        var (one, two) = await LifeAsync();
        await Cards.CreateAsync(one, new() { IntendedUse = "old use" });
        var inherited = await Cards.CreateAsync(two);
        var said = await Cards.CreateAsync(two, new() { IntendedUse = "new use" });

        Assert.That((inherited.Notes.IntendedUse, said.Notes.IntendedUse), Is.EqualTo(("old use", "new use")));
    }

    [Test]
    public async Task What_nobody_said_and_nobody_measured_is_named()
    {
        var bare = await _store.Registry.RegisterAsync("bare", new LineModel(1, 0));
        var text = await Cards.ReadAsync(await Cards.CreateAsync(bare), ModelCards.Markdown);

        Assert.That(text, Does.Contain("> Nobody has said yet: intended use, not intended for, known limits.").And.Contain("> No gate has judged it.")
            .And.Contain("> It is not recorded what data it was trained on.").And.Contain("> It was registered without an evaluation"));
    }

    [Test]
    public async Task Nothing_said_becomes_markup()
    {
        var version = await _store.Registry.RegisterAsync("m", new LineModel(1, 0), new() { Description = Hostile, Tags = new Dictionary<string, string> { ["t"] = Hostile } });
        var card = await Cards.CreateAsync(version, new() { IntendedUse = Hostile, Limits = Hostile });
        var (text, page) = (await Cards.ReadAsync(card, ModelCards.Markdown), await Cards.ReadAsync(card, ModelCards.Html));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(page, Does.Not.Contain("<script>alert").And.Not.Contain("\u202e"));
            Assert.That(text, Does.Not.Contain("<script").And.Not.Match(@"(?<!\\)\]\(").And.Not.Contain("\n# forged").And.Not.Contain("\u202e").And.Not.Contain(" *b*"));
            Assert.That(Regex.Matches(text, "(?m)^\\| Intended use .*$").Single().Value.Replace("\\|", "", StringComparison.Ordinal).Count(c => c == '|'), Is.EqualTo(3), "no further column");
        }
    }

    [Test]
    public async Task A_section_of_ones_own_stands_where_it_says_and_a_second_of_one_title_is_refused()
    {
        await using var own = new StoreProcess(b => b.AddModelType("line", TestModelsJson.Default.LineModel).AddCardSection(_ => new Own("Fairness", 450)));
        var version = await own.Registry.RegisterAsync("m", new LineModel(1, 0));
        var cards = own.Services.Get<ModelCards>();
        var text = await cards.ReadAsync(await cards.CreateAsync(version), ModelCards.Markdown);
        Assert.That(text.IndexOf("## Fairness", StringComparison.Ordinal), Is.GreaterThan(text.IndexOf("## Metrics", StringComparison.Ordinal)).And.LessThan(text.IndexOf("## Gates", StringComparison.Ordinal)));

        await using var twice = new StoreProcess(b => b.AddCardSection(_ => new Own("Gates", 1)));
        Assert.That(() => twice.Services.Get<ModelCards>(), Throws.TypeOf<MLOpsInvalidException>());
    }

    [Test]
    public async Task Racing_makers_leave_one_card_for_one_set_of_facts()
    {
        var (one, _) = await LifeAsync();
        var cards = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () => await Cards.CreateAsync(one, new() { Owner = "ana" }))));

        Assert.That(cards.Select(c => c.Revision), Is.All.EqualTo(1));
    }

    [Test]
    public async Task A_note_too_long_and_a_version_that_is_not_there_are_refused()
    {
        var (one, _) = await LifeAsync();
        Assert.That(async () => await Cards.CreateAsync(one, new() { Limits = new string('x', 4001) }), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(async () => await Cards.CreateAsync(one with { Number = 99 }), Throws.TypeOf<MLOpsNotFoundException>());
        Assert.That(async () => await Cards.ReadAsync(await Cards.CreateAsync(one), "../card.md"), Throws.TypeOf<MLOpsNotFoundException>());
    }

    [Test]
    public void Intervals_hold_the_truth_about_as_often_as_they_say()
    {
        var random = new Random(7);
        var held = 0;
        for (var trial = 0; trial < 200; trial++)
        {
            var rows = Enumerable.Range(0, 400).Select(_ => random.NextDouble() - random.NextDouble()).ToArray();
            var metric = Evaluations.Capture(rows, _ => 0, e => e, new() { Metrics = [GateMetric.Mae], Resamples = 400, Seed = (ulong)trial }).Metrics[0];
            // The mean of |U1 - U2| is one third.
            if (metric.Lower <= 1.0 / 3 && metric.Upper >= 1.0 / 3) held++;
        }

        Assert.That(held, Is.InRange(180, 199), "of 200 at 95 %");
    }

    [Test]
    public void Slices_are_evaluated_apart_and_small_ones_left_out()
    {
        var rows = Enumerable.Range(0, 200).Select(i => (Weather: i < 150 ? "clear" : i < 190 ? "rain" : "snow", Error: i < 150 ? 1.0 : 3.0)).ToArray();
        var evaluation = Evaluations.Capture(rows, _ => 0, r => r.Error, new() { Slices = new Dictionary<string, Func<(string Weather, double Error), string?>> { ["weather"] = r => r.Weather } });

        Assert.That(evaluation.Metrics.Select(m => (m.Slice, m.Metric, m.Rows)), Is.EqualTo(new (string, string, long)[]
        {
            ("", "rmse", 200), ("", "mae", 200), ("weather = clear", "rmse", 150), ("weather = clear", "mae", 150), ("weather = rain", "rmse", 40), ("weather = rain", "mae", 40),
        }));
        Assert.That(evaluation.Metrics[4].Value, Is.EqualTo(3));
        Assert.That(() => Evaluations.Capture(rows, _ => double.NaN, r => r.Error), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(() => Evaluations.Capture(rows, _ => 0, _ => double.PositiveInfinity), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(() => Evaluations.Capture(rows[..10], _ => 0, r => r.Error), Throws.TypeOf<MLOpsInvalidException>());
    }

    private async Task<(ModelVersion First, ModelVersion Second)> LifeAsync()
    {
        var data = await _store.Services.Get<IDatasetStore>().CommitAsync("rides", DatasetChange.Whole().PutText("a.csv", "a,b\n1,2\n"), new() { Message = "two years" });
        await using var run = await _store.Services.Get<IExperimentTracker>().StartRunAsync("demand", new() { Name = "ridge", Datasets = [data] });
        await run.CompleteAsync();
        var random = new Random(7);
        var rows = Enumerable.Range(0, 600).Select(i => (Weather: new[] { "clear", "mist", "rain" }[i % 3], Error: (random.NextDouble() - 0.5) * (1 + (i % 3)))).ToArray();
        var versions = new List<ModelVersion>();
        for (var i = 1; i <= 2; i++)
        {
            var evaluation = Evaluations.Capture(rows, _ => 0, r => r.Error / i, new() { Slices = new Dictionary<string, Func<(string Weather, double Error), string?>> { ["weather"] = r => r.Weather } });
            versions.Add(await _store.Registry.RegisterAsync("demand", new LineModel(i, 0), new RegisterOptions
            {
                RunId = run.Id, DatasetVersions = [data.Id], Metrics = new Dictionary<string, double> { ["rmse"] = 61.25 / i, ["mae"] = 40.5 / i },
                Description = $"Rides an hour, attempt {i.ToString(CultureInfo.InvariantCulture)}.",
                Signature = new([new("temp", "FP64", [-1]), new("weather", "BYTES", [-1])], [new("rides", "FP64", [-1])]),
            }.WithEvaluation(evaluation)));
        }

        await _store.Registry.SetAliasAsync("demand", "champion", 1, new() { Reason = "the first" });
        await _store.Registry.AddVerdictAsync(new GateVerdict
        {
            Id = Guid.CreateVersion7().ToString("N"), Gate = "better", Model = "demand", Number = 2, Digest = versions[1].Digest, ChampionNumber = 1,
            Outcome = GateOutcome.Passed, Message = "It is better.", Actor = "tester", At = _time.GetUtcNow(),
        });
        await _store.Registry.SetAliasAsync("demand", "challenger", 2, new() { Reason = "to be watched" });
        return (versions[0], versions[1]);
    }

    private sealed class Own(string title, int order) : ICardSection
    {
        public string Title => title;

        public int Order => order;

        public ValueTask WriteAsync(CardSubject subject, CardPage page, CancellationToken cancellationToken = default)
        {
            page.Paragraph($"About {subject.Version}.");
            return ValueTask.CompletedTask;
        }
    }
}
