using Microsoft.Extensions.DependencyInjection;
using MLOps.Records;
using MLOps.Storage;
using MLOps.Testing;

namespace MLOps.Models;

public sealed class ModelVersionTests
{
    private readonly ManualTimeProvider _clock = new();
    private StoreProcess _store = null!;

    private IModelRegistry Registry => _store.Registry;

    private ModelRetention Retention => _store.Services.Get<ModelRetention>();

    [SetUp]
    public async Task Open()
    {
        _store = new StoreProcess(b => b.AddModelType("line", TestModelsJson.Default.LineModel), time: _clock);
        for (var i = 1; i <= 5; i++)
        {
            await Registry.RegisterAsync("line", new LineModel(i, 0));
            _clock.Advance(TimeSpan.FromDays(1));
        }
    }

    [TearDown]
    public async Task Close() => await _store.DisposeAsync();

    [Test]
    public async Task Tags_description_and_hold_change_and_content_does_not()
    {
        var before = await Registry.ResolveAsync("line/1");
        await Registry.ChangeAsync("line", 1, new() { Description = "a line", Tags = new Dictionary<string, string?> { ["team"] = "blue", ["old"] = "x" }, LegalHold = "case 17" });
        var after = await Registry.ChangeAsync("line", 1, new() { Tags = new Dictionary<string, string?> { ["old"] = null } });

        Assert.That((after.Description, after.LegalHold, after.Digest, after.CreatedAt), Is.EqualTo(("a line", "case 17", before.Digest, before.CreatedAt)));
        Assert.That(after.Tags, Is.EquivalentTo(new Dictionary<string, string> { ["team"] = "blue" }));
        after = await Registry.ChangeAsync("line", 1, new() { Description = "", LegalHold = "" });
        Assert.That((after.Description, after.LegalHold), Is.EqualTo(((string?)null, (string?)null)));
        Assert.That(((LineModel)await Registry.LoadAsync(after)).Slope, Is.EqualTo(1));
        Assert.That(async () => await Registry.ChangeAsync("line", 9, new()), Throws.TypeOf<MLOpsNotFoundException>());
        foreach (var bad in new VersionChange[] { new() { Description = new string('x', 4001) }, new() { Tags = new Dictionary<string, string?> { ["../x"] = "y" } }, new() { Stage = "a/b" }, new() { LegalHold = new string('x', 4001) } })
            Assert.That(async () => await Registry.ChangeAsync("line", 1, bad), Throws.TypeOf<MLOpsInvalidException>());
    }

    [Test]
    public async Task Changes_of_different_things_at_once_all_arrive()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(async () =>
            await Registry.ChangeAsync("line", 1, new() { Tags = new Dictionary<string, string?> { [$"t{i}"] = "x" } }))));
        Assert.That((await Registry.ResolveAsync("line/1")).Tags, Has.Count.EqualTo(20));
    }

    [Test]
    public async Task A_version_goes_from_stage_to_stage_as_its_model_allows()
    {
        await Registry.ChangeModelAsync("line", new()
        {
            Description = "lines", Tags = new Dictionary<string, string?> { ["a"] = "b" },
            Stages = new() { First = ["draft"], Next = new Dictionary<string, IReadOnlyList<string>> { ["draft"] = ["review"], ["review"] = ["draft", "accepted"] } },
        });
        Assert.That(async () => await Registry.ChangeAsync("line", 1, new() { Stage = "accepted" }), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("what may follow is draft"));
        await Registry.ChangeAsync("line", 1, new() { Stage = "draft", ExpectedStage = "" });
        await Registry.ChangeAsync("line", 1, new() { Stage = "review", ExpectedStage = "draft" });
        Assert.That(async () => await Registry.ChangeAsync("line", 1, new() { Stage = "accepted", ExpectedStage = "draft" }), Throws.TypeOf<MLOpsConflictException>());
        Assert.That((await Registry.ChangeAsync("line", 1, new() { Stage = "accepted" })).Stage, Is.EqualTo("accepted"));
        Assert.That(async () => await Registry.ChangeAsync("line", 1, new() { Stage = "draft" }), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("no stage follows"));

        var models = new ModelRecords(_store.Services.Get<IRecordStore>());
        var two = await Registry.ResolveAsync("line/2");
        Assert.That(
            async () => await _store.Services.Get<IRecordStore>().CommitAsync(new("eve", [models.Versions.Put(two with { Stage = "accepted" }, null)])),
            Throws.TypeOf<MLOpsInvalidException>(), "not by hand either");
        var model = await Registry.ListAsync().SingleAsync();
        Assert.That((model.Description, model.Tags["a"], model.LatestNumber), Is.EqualTo(("lines", "b", 5)));
        Assert.That((await Registry.RegisterAsync("line", new LineModel(6, 0))).Number, Is.EqualTo(6), "stages survive a registration");
        Assert.That((await Registry.ListAsync().SingleAsync()).Stages!.First, Is.EqualTo(new[] { "draft" }));
    }

    [Test]
    public void Stages_that_no_way_leads_to_are_refused()
    {
        foreach (var stages in new ModelStages[]
        {
            new() { First = [] }, new() { First = [""] }, new() { First = ["a"], Next = new Dictionary<string, IReadOnlyList<string>> { ["b"] = ["a"] } },
            new() { First = [.. Enumerable.Range(0, 101).Select(i => $"s{i}")] },
        })
            Assert.That(async () => await Registry.ChangeModelAsync("line", new() { Stages = stages }), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(async () => await Registry.ChangeModelAsync("none", new()), Throws.TypeOf<MLOpsNotFoundException>());
    }

    [Test]
    public async Task A_deleted_version_is_gone_with_its_pins_its_number_is_never_given_again_and_who_asks_learns_why()
    {
        var five = await Registry.ResolveAsync("line/5");
        await Registry.DeleteAsync("line", 5, "trained on the wrong data");

        Assert.That(async () => await Registry.ResolveAsync("line/5"), Throws.TypeOf<MLOpsNotFoundException>().With.Message.Contains("trained on the wrong data"));
        Assert.That(async () => await Registry.DeleteAsync("line", 5, "again"), Throws.TypeOf<MLOpsNotFoundException>());
        Assert.That((await Registry.ResolveAsync("line")).Number, Is.EqualTo(4), "the latest there is");
        Assert.That((await Registry.RegisterAsync("line", new LineModel(5, 0))).Number, Is.EqualTo(6));
        var pins = await _store.Records.QueryAsync(new(Collections.Pins) { Filter = Filter.Equal("owner", five.ToRef().ToString()) });
        Assert.That(pins.Records, Is.Empty);
        for (var i = 1; i <= 6; i++)
            if (i != 5) await Registry.DeleteAsync("line", i, "all");
        Assert.That(async () => await Registry.ResolveAsync("line"), Throws.TypeOf<MLOpsNotFoundException>().With.Message.Contains("were deleted"));
        Assert.That(async () => await Registry.DeleteAsync("line", 6, " "), Throws.TypeOf<MLOpsInvalidException>());
    }

    [Test]
    public async Task What_an_alias_points_to_or_a_hold_is_on_is_not_deleted()
    {
        await Registry.SetAliasAsync("line", "champion", 2);
        await Registry.ChangeAsync("line", 3, new() { LegalHold = "case 17" });
        Assert.That(async () => await Registry.DeleteAsync("line", 2, "x"), Throws.TypeOf<MLOpsRejectedException>().With.Message.Contains("'champion' points to it"));
        Assert.That(async () => await Registry.DeleteAsync("line", 3, "x"), Throws.TypeOf<MLOpsRejectedException>().With.Message.Contains("case 17"));
        await Registry.RemoveAliasAsync("line", "champion");
        await Registry.ChangeAsync("line", 3, new() { LegalHold = "" });
        await Registry.DeleteAsync("line", 2, "x");
        await Registry.DeleteAsync("line", 3, "x");
        Assert.That(Registry.VersionsAsync("line").ToBlockingEnumerable().Select(v => v.Number), Is.EqualTo(new[] { 5, 4, 1 }));
    }

    [Test]
    public async Task A_rollback_passes_over_a_version_that_was_deleted()
    {
        foreach (var number in new[] { 1, 2, 3 }) await Registry.SetAliasAsync("line", "champion", number);
        await Registry.DeleteAsync("line", 2, "x");
        Assert.That((await Registry.RollbackAsync("line", "champion", new() { Reason = "worse" })).Number, Is.EqualTo(1));
    }

    [Test]
    public async Task Retention_keeps_what_is_needed_and_deletes_nothing_in_a_plan()
    {
        await Registry.SetAliasAsync("line", "champion", 1);
        await Registry.SetAliasAsync("line", "champion", 2);
        for (var i = 6; i <= 9; i++) await Registry.RegisterAsync("line", new LineModel(i, 0));
        await Registry.ChangeAsync("line", 3, new() { LegalHold = "case" });
        await Registry.ChangeAsync("line", 4, new() { Tags = new Dictionary<string, string?> { ["keep"] = "" } });
        await Registry.ChangeAsync("line", 6, new() { Stage = "gold" });
        var rule = new RetentionRule { Latest = 2, Stages = ["gold"], Tags = ["keep"] };

        var plan = await Retention.PlanAsync("line", rule);
        Assert.That(plan.Where(d => !d.IsKept).Select(d => d.Version.Number), Is.EqualTo(new[] { 7, 5 }));
        Assert.That(plan.Select(d => d.Version.Number), Is.EqualTo(new[] { 9, 8, 7, 6, 5, 4, 3, 2, 1 }), "nothing was deleted");
        Assert.That(plan[^1].Why, Does.Contain("roll back"));
        Assert.That((await Retention.PlanAsync("line", rule with { Age = TimeSpan.FromDays(1) })).Where(d => !d.IsKept).Select(d => d.Version.Number), Is.EqualTo(Array.Empty<int>()).Or.EqualTo(new[] { 5 }));

        var done = await Retention.ApplyAsync("line", rule, "the rule of the house");
        Assert.That(done.Where(d => !d.IsKept).Select(d => d.Version.Number), Is.EqualTo(new[] { 7, 5 }));
        Assert.That(Registry.VersionsAsync("line").ToBlockingEnumerable().Select(v => v.Number), Is.EqualTo(new[] { 9, 8, 6, 4, 3, 2, 1 }));
        foreach (var bad in new[] { rule with { Latest = 0 }, rule with { Age = TimeSpan.FromDays(-1) } })
            Assert.That(async () => await Retention.PlanAsync("line", bad), Throws.TypeOf<MLOpsInvalidException>());
    }

    [Test]
    public async Task Comments_are_kept_in_order_with_their_authors()
    {
        var comments = _store.Services.Get<ModelComments>();
        await comments.AddAsync("line", 1, "looks <script>odd</script>");
        _clock.Advance(TimeSpan.FromSeconds(1));
        await comments.AddAsync("line", 1, "is fine");
        Assert.That(comments.ListAsync("line", 1).ToBlockingEnumerable().Select(c => c.Text), Is.EqualTo(new[] { "looks <script>odd</script>", "is fine" }));
        Assert.That(comments.ListAsync("line", 1).ToBlockingEnumerable().Select(c => c.By), Has.All.Not.Empty);
        Assert.That(async () => await comments.AddAsync("line", 9, "x"), Throws.TypeOf<MLOpsNotFoundException>());
        foreach (var text in new[] { "", " ", new string('x', 4001) }) Assert.That(async () => await comments.AddAsync("line", 1, text), Throws.TypeOf<MLOpsInvalidException>());
    }

    [Test]
    public async Task A_version_is_found_by_its_content_too()
    {
        var two = await Registry.ResolveAsync("line/2");
        var again = await Registry.RegisterAsync("line", new LineModel(2, 0));
        Assert.That(again.Digest, Is.EqualTo(two.Digest));
        foreach (var reference in new[] { $"line@sha256:{two.Digest}", $"models:/line@sha256:{two.Digest}", $"sha256:{two.Digest}", $"models:/sha256:{two.Digest}" })
            Assert.That((await Registry.ResolveAsync(reference)).Number, Is.EqualTo(again.Number), reference);
        Assert.That(async () => await Registry.ResolveAsync($"other@sha256:{two.Digest}"), Throws.TypeOf<MLOpsNotFoundException>());
        Assert.That(async () => await Registry.ResolveAsync($"sha256:{new string('0', 64)}"), Throws.TypeOf<MLOpsNotFoundException>());
        foreach (var bad in new[] { "sha256:", "sha256:abc", "line@sha256:ABC", "models:/", $"line/sha256:{two.Digest}" })
            Assert.That(async () => await Registry.ResolveAsync(bad), Throws.TypeOf<MLOpsInvalidException>(), bad);
    }

    [Test]
    public async Task Two_versions_are_compared_in_all_that_they_say()
    {
        static ModelSignature Takes(string type, params long[] shape) => new([new("x", type, shape), new("same", "BYTES", [-1])], [new("y", "FP64", [-1])]) { Examples = [new("1.5", "3")] };
        await Registry.RegisterAsync("pair", new LineModel(1, 0), new() { Signature = Takes("FP64", -1), Metrics = new Dictionary<string, double> { ["rmse"] = 4, ["latency-p50-ms"] = 2, ["old"] = 1 } });
        await Registry.RegisterAsync("pair", new LineModel(22, 0), new() { Signature = Takes("FP32", -1), Metrics = new Dictionary<string, double> { ["rmse"] = 3, ["latency-p50-ms"] = 5 } });

        var comparison = await Registry.CompareAsync("pair/1", "pair/2");
        Assert.That(comparison.IsSameContent, Is.False);
        Assert.That(comparison.Metrics, Is.EqualTo(new[] { new MetricPair("latency-p50-ms", 2, 5), new MetricPair("old", 1, double.NaN), new MetricPair("rmse", 4, 3) }));
        Assert.That(comparison.Metrics[2].Difference, Is.EqualTo(-1));
        Assert.That(comparison.Latency.Single().Right, Is.EqualTo(5));
        Assert.That(comparison.Signature.Select(f => (f.Name, f.IsOutput, f.Left?.DataType, f.Right?.DataType)), Is.EqualTo(new[] { ("x", false, "FP64", "FP32") }));
        Assert.That(comparison.Files.Select(f => f.Path), Is.EqualTo(new[] { "model.json" }));
        Assert.That((comparison.LeftSize, comparison.RightSize), Is.EqualTo((comparison.Left.Files[0].Length, comparison.Left.Files[0].Length + 1)));
        Assert.That(ModelComparison.Of(comparison.Left, comparison.Left) is { IsSameContent: true, Signature.Count: 0, Files.Count: 0 });
        Assert.That((await Registry.ResolveAsync("pair/1")).Signature!.Examples, Is.EqualTo(new[] { new ModelExample("1.5", "3") }));
    }

    [Test]
    public void A_signature_of_no_use_is_refused()
    {
        foreach (var signature in new ModelSignature[]
        {
            new([new("", "FP64", [-1])], []), new([new("x", "double", [-1])], []), new([new("x", "FP64", [-2])], []), new([new("x", "FP64", []), new("x", "FP64", [])], []),
            new([new("a\0b", "FP64", [])], []), new([], []) { Examples = [new("{")] }, new([], []) { Examples = [new("\"" + new string('x', 70_000) + "\"")] },
        })
            Assert.That(async () => await Registry.RegisterAsync("s", new LineModel(1, 0), new() { Signature = signature }), Throws.TypeOf<MLOpsInvalidException>());
    }

    [Test]
    public async Task What_an_alias_pointed_to_at_an_instant_is_a_query()
    {
        var start = _clock.GetUtcNow();
        await Registry.SetAliasAsync("line", "champion", 1);
        _clock.Advance(TimeSpan.FromHours(1));
        await Registry.SetAliasAsync("line", "champion", 2);
        _clock.Advance(TimeSpan.FromHours(1));
        await Registry.RemoveAliasAsync("line", "champion");
        await Registry.SetAliasAsync("line", "champion", 3);
        await Registry.RollbackAsync("line", "champion", new() { Reason = "in the same millisecond" });

        async Task<int?> At(TimeSpan after) => (await Registry.AliasAtAsync("line", "champion", start + after))?.Number;
        Assert.That(await At(TimeSpan.FromMilliseconds(-1)), Is.Null);
        Assert.That(await At(TimeSpan.Zero), Is.EqualTo(1));
        Assert.That(await At(TimeSpan.FromMinutes(59)), Is.EqualTo(1));
        Assert.That(await At(TimeSpan.FromHours(1)), Is.EqualTo(2));
        Assert.That(await At(TimeSpan.FromHours(2)), Is.EqualTo(2), "the last of the moves in that millisecond");
        Assert.That(await Registry.AliasAtAsync("line", "other", start), Is.Null);
    }

    [Test]
    public async Task A_clock_that_runs_behind_does_not_turn_the_history_over()
    {
        await Registry.SetAliasAsync("line", "champion", 1);
        await using var behind = new StoreProcess(b => b.AddModelType("line", TestModelsJson.Default.LineModel), _store, new ManualTimeProvider(_clock.GetUtcNow().AddHours(-3)));
        var moved = await behind.Registry.SetAliasAsync("line", "champion", 2);
        Assert.That(moved.MovedAt, Is.EqualTo(_clock.GetUtcNow()));
        Assert.That((await Registry.AliasAtAsync("line", "champion", _clock.GetUtcNow()))!.Number, Is.EqualTo(2));
    }

    [Test]
    public async Task Followed_aliases_answer_from_memory_and_hear_of_moves_in_other_processes()
    {
        await Registry.SetAliasAsync("line", "champion", 1);
        await using var other = new StoreProcess(b => b.AddModelType("line", TestModelsJson.Default.LineModel), _store, _clock);
        await using var followed = await other.Registry.FollowAsync("line");
        Assert.That(followed.Resolve("champion").Number, Is.EqualTo(1));
        Assert.That(() => followed.Resolve("none"), Throws.TypeOf<MLOpsNotFoundException>().With.Message.Contains("SetAliasAsync"));

        await Registry.SetAliasAsync("line", "champion", 2);
        await Registry.SetAliasAsync("line", "shadow", 3);
        await UntilAsync(() => followed.TryResolve("shadow", out var v) && v.Number == 3 && followed.Resolve("champion").Number == 2);
        await Registry.RemoveAliasAsync("line", "shadow");
        await UntilAsync(() => !followed.TryResolve("shadow", out _));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) followed.Resolve("champion");
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!holds()) await Task.Delay(1, limit.Token);
    }
}
