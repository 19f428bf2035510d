using System.Text;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Models;

public sealed class ModelRegistryTests
{
    private StoreProcess _store = null!;

    private IModelRegistry Registry => _store.Registry;

    [SetUp]
    public void Open() => _store = NewStore();

    [TearDown]
    public async Task Close() => await _store.DisposeAsync();

    [Test]
    public async Task A_registered_model_comes_back_as_it_was()
    {
        var version = await Registry.RegisterAsync("line", new LineModel(2, double.NaN), new RegisterOptions
        {
            Metrics = new Dictionary<string, double> { ["rmse"] = double.PositiveInfinity },
            Tags = new Dictionary<string, string> { ["team"] = "rides" },
            Description = "a line",
            Signature = new ModelSignature([new ModelField("x", "FP64", [-1])], [new ModelField("y", "FP64", [-1])]),
            Attachments = new Dictionary<string, ReadOnlyMemory<byte>> { ["baseline.json"] = "{}"u8.ToArray() },
        });

        var read = await Registry.ResolveAsync("line/1");
        Assert.Multiple(() =>
        {
            Assert.That(read.Number, Is.EqualTo(1));
            Assert.That(read.Digest, Is.EqualTo(version.Digest));
            Assert.That(read.Metrics["rmse"], Is.EqualTo(double.PositiveInfinity));
            Assert.That(read.Tags["team"], Is.EqualTo("rides"));
            Assert.That(read.Signature!.Inputs[0].DataType, Is.EqualTo("FP64"));
            Assert.That(read.Facts, Is.EqualTo(new Dictionary<string, string> { ["type"] = "line" }), "a key, never a type name");
        });
        Assert.That(await Registry.LoadAsync(read), Is.EqualTo(new LineModel(2, double.NaN)));
        using var attachment = new StreamReader(await Registry.OpenAsync(read, "baseline.json"));
        Assert.That(await attachment.ReadToEndAsync(), Is.EqualTo("{}"));
    }

    [Test]
    public async Task Equal_content_has_an_equal_digest_and_other_content_another()
    {
        var one = await Registry.RegisterAsync("a", new LineModel(1, 0));
        var same = await Registry.RegisterAsync("b", new LineModel(1, 0), new RegisterOptions { Description = "elsewhere" });
        var other = await Registry.RegisterAsync("b", new LineModel(2, 0));
        Assert.That(same.Digest, Is.EqualTo(one.Digest));
        Assert.That(other.Digest, Is.Not.EqualTo(one.Digest));
        Assert.That(other.Number, Is.EqualTo(2));
    }

    [Test]
    public async Task Sixty_four_registrations_at_once_in_two_processes_get_the_numbers_1_to_64()
    {
        await using var second = NewStore(_store);
        var registrations = Enumerable.Range(0, 64).Select(i => Task.Run(async () =>
            (await (i % 2 == 0 ? Registry : second.Registry).RegisterAsync("line", new LineModel(i, 0))).Number));
        var numbers = await Task.WhenAll(registrations);
        Assert.That(numbers.Order(), Is.EqualTo(Enumerable.Range(1, 64)));
        Assert.That(await Numbers("line"), Is.EqualTo(Enumerable.Range(1, 64).Reverse()));
        Assert.That((await Registry.ResolveAsync("line")).Number, Is.EqualTo(64));
    }

    [TestCase("line", 3)]
    [TestCase("line/2", 2)]
    [TestCase("line@champion", 1)]
    [TestCase("models:/line/2", 2)]
    [TestCase("models:/line@champion", 1)]
    [TestCase("models:/line", 3)]
    public async Task A_reference_leads_to_its_version(string reference, int number)
    {
        for (var i = 0; i < 3; i++) await Registry.RegisterAsync("line", new LineModel(i, 0));
        await Registry.SetAliasAsync("line", "champion", 1);
        Assert.That((await Registry.ResolveAsync(reference)).Number, Is.EqualTo(number));
    }

    [TestCase("other", "registered are line")]
    [TestCase("other/1", "registered are line")]
    [TestCase("other@champion", "registered are line")]
    [TestCase("line/7", "the versions 1 to 2")]
    [TestCase("line@best", "it has champion")]
    public async Task What_does_not_exist_is_answered_with_what_does(string reference, string says)
    {
        await Registry.RegisterAsync("line", new LineModel(1, 0));
        await Registry.RegisterAsync("line", new LineModel(2, 0));
        await Registry.SetAliasAsync("line", "champion", 1);
        Assert.That(async () => await Registry.ResolveAsync(reference), Throws.TypeOf<MLOpsNotFoundException>().With.Message.Contains(says));
    }

    [TestCase("")]
    [TestCase("../x")]
    [TestCase("a/../../b")]
    [TestCase("line/0")]
    [TestCase("line/-1")]
    [TestCase("line/+1")]
    [TestCase("line/1/2")]
    [TestCase("line/99999999999")]
    [TestCase("line@")]
    [TestCase("@champion")]
    [TestCase("a@b@c")]
    [TestCase("a\u0001b")]
    [TestCase(" a")]
    public void A_hostile_reference_is_refused(string reference) =>
        Assert.That(async () => await Registry.ResolveAsync(reference), Throws.TypeOf<MLOpsInvalidException>());

    [Test]
    public void A_hostile_name_is_refused_with_the_rule_and_nothing_is_kept()
    {
        foreach (var name in new[] { "../x", "a/../../b", "a\nb", "a@b", "\ud800", new string('x', 10_000_000) })
        {
            var e = Assert.ThrowsAsync<MLOpsInvalidException>(async () => await Registry.RegisterAsync(name, new LineModel(1, 0)), Name.Shown(name));
            Assert.That(e!.Message, Has.Length.LessThan(500));
            Assert.ThrowsAsync<MLOpsInvalidException>(async () => await Registry.SetAliasAsync("line", name, 1));
        }

        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await Registry.RegisterAsync("m", new LineModel(1, 0), new RegisterOptions { Attachments = new Dictionary<string, ReadOnlyMemory<byte>> { ["../x"] = default } }));
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await Registry.RegisterAsync("m", new LineModel(1, 0), new RegisterOptions { Description = new string('x', 4001) }));
        Assert.That(Registry.ListAsync().ToBlockingEnumerable(), Is.Empty);
    }

    [Test]
    public async Task The_longest_names_of_any_script_work()
    {
        var model = string.Concat(Enumerable.Repeat("模", 250));
        var alias = string.Concat(Enumerable.Repeat("型", 250));
        await Registry.RegisterAsync(model, new LineModel(1, 0));
        await Registry.SetAliasAsync(model, alias, 1);
        Assert.That((await Registry.ResolveAsync($"{model}@{alias}")).Model, Is.EqualTo(model));
        Assert.That(Registry.AliasHistoryAsync(model, alias).ToBlockingEnumerable().Single().Alias, Is.EqualTo(alias));
    }

    [Test]
    public void An_unregistered_type_is_refused_with_the_way_to_register_it()
    {
        foreach (var options in new[] { null, new RegisterOptions { Format = "json" } })
            Assert.That(
                async () => await Registry.RegisterAsync("m", new UnknownModel(1), options),
                Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("AddModelType(\"key\", YourJsonContext.Default.UnknownModel)"));
        Assert.That(async () => await Registry.RegisterAsync("m", new LineModel(1, 0), new RegisterOptions { Format = "onnx" }), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("json, folder"));
        Assert.That(() => NewStore(configure: b => b.AddModelType("no", TestModelsJson.Default.NoModel)), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("IModel<TInput, TOutput>"));
    }

    [Test]
    public async Task A_version_whose_type_or_format_is_unknown_here_says_what_to_register()
    {
        var version = await Registry.RegisterAsync("line", new LineModel(1, 0));
        await using var poor = new StoreProcess(shared: _store);
        Assert.That(async () => await poor.Registry.LoadAsync(version), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("AddModelType(\"line\""));

        var foreign = version with { Format = "onnx", Digest = ModelDigest.Of("onnx", version.Facts, version.Files) };
        Assert.That(async () => await Registry.LoadAsync(foreign), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("'onnx'"));
    }

    [Test]
    public async Task Damaged_bytes_and_missing_bytes_are_an_integrity_error()
    {
        var version = await Registry.RegisterAsync("line", new LineModel(1, 0));
        var key = ContentStore.Key(version.Files[0].Digest);
        await _store.Blobs.DeleteAsync(key);
        Assert.That(async () => await Registry.LoadAsync(version), Throws.TypeOf<MLOpsIntegrityException>().With.Property("Key").EqualTo(key));

        await _store.Blobs.WriteAsync(key, new MemoryStream("{\"Slope\":9}"u8.ToArray()));
        var e = Assert.ThrowsAsync<MLOpsIntegrityException>(async () => await Registry.LoadAsync(version));
        Assert.That(e!.Expected, Is.EqualTo(version.Files[0].Digest.Hex));
        Assert.ThrowsAsync<MLOpsIntegrityException>(async () => await Registry.OpenAsync(version, "model.json"));
    }

    [Test]
    public async Task A_version_record_that_was_tampered_with_is_not_loaded()
    {
        var version = await Registry.RegisterAsync("line", new LineModel(1, 0));
        var tampered = version with { Facts = new Dictionary<string, string> { ["type"] = "other" } };
        Assert.ThrowsAsync<MLOpsIntegrityException>(async () => await Registry.LoadAsync(tampered));
    }

    [Test]
    public async Task A_file_that_a_version_does_not_have_is_answered_with_those_it_has()
    {
        var version = await Registry.RegisterAsync("line", new LineModel(1, 0));
        Assert.That(async () => await Registry.OpenAsync(version, "x"), Throws.TypeOf<MLOpsNotFoundException>().With.Message.Contains("model.json"));
    }

    [Test]
    public async Task A_run_or_dataset_version_that_does_not_exist_is_an_error_and_leaves_nothing()
    {
        Assert.That(async () => await Registry.RegisterAsync("m", new LineModel(1, 0), new RegisterOptions { RunId = "0123" }), Throws.TypeOf<MLOpsNotFoundException>().With.Message.Contains("run '0123'"));
        Assert.That(async () => await Registry.RegisterAsync("m", new LineModel(1, 0), new RegisterOptions { DatasetVersions = ["abcd"] }), Throws.TypeOf<MLOpsNotFoundException>());
        Assert.That(Registry.ListAsync().ToBlockingEnumerable(), Is.Empty);
        await Task.CompletedTask;
    }

    [Test]
    public async Task A_version_leads_to_its_run_and_data_and_its_bytes_are_pinned()
    {
        await _store.Records.CommitAsync(new RecordCommit("test", [new RecordPut(new("runs", "r1"), "{}"u8.ToArray()), new RecordPut(new("dataset-versions", "d1"), "{}"u8.ToArray())]));
        var version = await Registry.RegisterAsync("line", new LineModel(1, 0), new RegisterOptions { RunId = "r1", DatasetVersions = ["d1"] });

        var why = await _store.Services.Get<Lineage>().WhyAsync(version.ToRef());
        Assert.That(why.ToString(), Is.Not.Null);
        var edges = await _store.Records.QueryAsync(new RecordQuery("lineage") { Filter = Filter.Equal("target", "model:line/1") });
        Assert.That(edges.Records.Select(r => r.Fields["source"].Text), Is.EquivalentTo(new[] { "run:r1", "dataset:d1" }));
        var pins = await _store.Records.QueryAsync(new RecordQuery("pins"));
        Assert.That(pins.Records.Select(p => p.Fields["blob"].Text), Is.EqualTo(new[] { ContentStore.Key(version.Files[0].Digest) }));
    }

    [Test]
    public void A_cancelled_registration_leaves_nothing_visible()
    {
        Assert.That(async () => await Registry.RegisterAsync("m", new LineModel(1, 0), cancellationToken: new CancellationToken(true)), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(Registry.ListAsync().ToBlockingEnumerable(), Is.Empty);
    }

    [Test]
    public async Task Bytes_left_by_a_crash_before_the_record_disturb_nothing()
    {
        var json = Encoding.UTF8.GetBytes("{\"Slope\":1,\"Intercept\":0}");
        await _store.Services.Get<ContentStore>().PutAsync(json, default);
        Assert.That(Registry.ListAsync().ToBlockingEnumerable(), Is.Empty);
        Assert.That((await Registry.RegisterAsync("line", new LineModel(1, 0))).Number, Is.EqualTo(1));
    }

    [Test]
    public async Task Models_are_listed_by_name_and_versions_newest_first()
    {
        foreach (var name in new[] { "b", "a", "b", "C" }) await Registry.RegisterAsync(name, new LineModel(1, 0));
        Assert.That(Registry.ListAsync().ToBlockingEnumerable().Select(m => m.Name), Is.EqualTo(new[] { "C", "a", "b" }));
        Assert.That(await Numbers("b"), Is.EqualTo(new[] { 2, 1 }));
        Assert.That(await Numbers("none"), Is.Empty);
    }

    [Test]
    public async Task Verdicts_are_kept_newest_first_once_and_about_existing_content_only()
    {
        var version = await Registry.RegisterAsync("line", new LineModel(1, 0));
        var at = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var first = Verdict(version, 1, at);
        await Registry.AddVerdictAsync(first);
        await Registry.AddVerdictAsync(Verdict(version, 2, at.AddDays(1)));
        await Registry.AddVerdictAsync(Verdict(version, 3, at.AddDays(1)));

        Assert.That(Registry.VerdictsAsync("line", 1).ToBlockingEnumerable().Select(v => v.Id[^1]), Is.EqualTo("321"));
        Assert.That(Registry.VerdictsAsync("line", 1).ToBlockingEnumerable().First().Evidence["delta"], Is.NaN);
        Assert.ThrowsAsync<MLOpsConflictException>(async () => await Registry.AddVerdictAsync(first));
        Assert.ThrowsAsync<MLOpsNotFoundException>(async () => await Registry.AddVerdictAsync(Verdict(version with { Number = 2 }, 4, at)));
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await Registry.AddVerdictAsync(Verdict(version with { Digest = Digest.Of("x") }, 4, at)));
    }

    private static GateVerdict Verdict(ModelVersion version, int id, DateTimeOffset at) => new()
    {
        Id = id.ToString("x32", System.Globalization.CultureInfo.InvariantCulture),
        Gate = "rmse",
        Model = version.Model,
        Number = version.Number,
        Digest = version.Digest,
        Outcome = GateOutcome.Passed,
        Message = "better",
        Evidence = new Dictionary<string, double> { ["delta"] = double.NaN },
        Actor = "test",
        At = at,
    };

    private async Task<List<int>> Numbers(string model)
    {
        var numbers = new List<int>();
        await foreach (var version in Registry.VersionsAsync(model)) numbers.Add(version.Number);
        return numbers;
    }

    private static StoreProcess NewStore(StoreProcess? shared = null, Action<MLOpsBuilder>? configure = null) => new(
        b =>
        {
            b.AddModelType("line", TestModelsJson.Default.LineModel);
            configure?.Invoke(b);
        },
        shared);
}
