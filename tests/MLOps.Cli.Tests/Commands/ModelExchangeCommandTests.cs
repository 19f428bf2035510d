using System.Text.Json;

namespace MLOps.Cli.Tests.Commands;

public sealed class ModelExchangeCommandTests
{
    [Test]
    public async Task A_model_goes_from_store_to_store_and_the_same_file_twice_changes_nothing()
    {
        await using var own = await OwnStore.CreateAsync();
        var file = Path.Combine(own.Folder, "demand.tar");

        var exported = await Command.RunAsync("model", "export", "demand", file, "--store", StoreFixture.Store);
        var again = await Command.RunAsync("model", "export", "demand", file, "--store", StoreFixture.Store);
        var imported = await Command.RunAsync("model", "import", file, "-s", own.Folder);
        var twice = await Command.RunAsync("model", "import", file, "-s", own.Folder, "--json");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((exported.ExitCode, exported.Error), Is.EqualTo((0, "")));
            Assert.That((again.ExitCode, again.Out), Is.EqualTo((1, "")));
            Assert.That(again.Error, Does.Contain("--force"));
            Assert.That(imported.Out, Does.Contain("demand/3").And.Contain("demand/1").And.Contain("demand/5"), imported.Error);
            using var json = JsonDocument.Parse(twice.Out);
            Assert.That(json.RootElement.GetProperty("imports").EnumerateArray().Select(i => i.GetProperty("number").GetInt32()), Is.EqualTo([3, 4, 5]));
        }
    }

    [Test]
    public async Task A_file_that_is_no_archive_or_damaged_says_so_and_imports_nothing()
    {
        await using var own = await OwnStore.CreateAsync();
        var (bad, cut) = (Path.Combine(own.Folder, "bad.tar"), Path.Combine(own.Folder, "cut.tar"));
        await File.WriteAllTextAsync(bad, new string('x', 4096));
        await Command.RunAsync("model", "export", "demand", cut, "--store", StoreFixture.Store);
        await File.WriteAllBytesAsync(cut, (await File.ReadAllBytesAsync(cut))[..^1024]);

        var (noArchive, damaged, absent) = (await Command.RunAsync("model", "import", bad, "-s", own.Folder), await Command.RunAsync("model", "import", cut, "-s", own.Folder), await Command.RunAsync("model", "import", bad + "x", "-s", own.Folder));

        Assert.That((noArchive.ExitCode, damaged.ExitCode, absent.ExitCode), Is.EqualTo((1, 6, 1)));
        Assert.That(noArchive.Error, Does.Contain("not a model archive"));
        Assert.That(damaged.Error, Does.Contain("cut off"));
        Assert.That((await own.Client.Models.ResolveAsync("demand")).Number, Is.EqualTo(2));
    }

    [Test]
    public async Task A_card_is_shown_kept_and_written_as_a_page()
    {
        await using var own = await OwnStore.CreateAsync();
        var page = Path.Combine(own.Folder, "card.html");

        var shown = await Command.RunAsync("model", "card", "demand/2", "--use", "Planning.", "--owner", "ana", "-s", own.Folder);
        var json = await Command.RunAsync("model", "card", "demand/2", "--limits", "Snow.", "-s", own.Folder, "--json");
        var written = await Command.RunAsync("model", "card", "demand/2", "--out", page, "-s", own.Folder);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(shown.Out, Does.StartWith("# Model card: demand\n").And.Contain("| Intended use | Planning. |").And.Contain("| Owner | ana |"));
            using var card = JsonDocument.Parse(json.Out);
            Assert.That(card.RootElement.GetProperty("revision").GetInt32(), Is.EqualTo(2));
            Assert.That(card.RootElement.GetProperty("markdown").GetString(), Does.Contain("Planning.").And.Contain("Snow."), "what was said before stays said");
            Assert.That(written.Out, Does.StartWith("Card 2 of demand/2"));
            Assert.That(await File.ReadAllTextAsync(page), Does.Contain("<h1>Model card: demand</h1>"));
        }
    }

    [Test]
    public async Task Impact_names_the_deployments_that_used_a_dataset_version()
    {
        var impact = await Command.JsonAsync("model", "impact", "bike@2011");
        var text = await Command.OnStoreAsync("model", "impact", "bike@2011");
        var none = await Command.OnStoreAsync("model", "impact", "demand/3");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(impact.GetProperty("versions").EnumerateArray().Select(v => v.GetString()), Is.EquivalentTo(["demand/1", "demand/2", "demand/3"]), "the third by way of its run");
            Assert.That(impact.GetProperty("deployments").EnumerateArray().Select(d => (d.GetProperty("deployment").GetString(), d.GetProperty("isCurrent").GetBoolean())),
                Is.EqualTo([("demand@champion/1", false), ("demand@champion/2", true)]));
            Assert.That(text.Out, Does.Contain("3 model versions").And.Contain("in use").And.Contain("replaced"));
            Assert.That(none.Out, Does.Contain("It went into no model version.").And.Contain("No alias has pointed"));
        }
    }

    [Test]
    public async Task Why_draws_a_page_and_writes_open_lineage()
    {
        var folder = Directory.CreateTempSubdirectory("mlops-why-").FullName;
        try
        {
            var (page, events) = (Path.Combine(folder, "why.html"), Path.Combine(folder, "why.jsonl"));
            var output = await Command.OnStoreAsync("why", StoreFixture.PredictionId, "--html", page, "--openlineage", events);
            if (Environment.GetEnvironmentVariable("MLOPS_SAMPLE_WHY") is { Length: > 0 } sample) File.Copy(page, sample, overwrite: true);

            Assert.That((output.ExitCode, output.Out, output.Error), Is.EqualTo((0, "", "")));
            Assert.That(await File.ReadAllTextAsync(page), Does.Contain("<svg").And.Contain("bike@2011").And.Not.Contain("<script>"));
            var told = (await File.ReadAllLinesAsync(events)).Select(line => JsonDocument.Parse(line).RootElement).ToList();
            var training = told.Where(e => e.GetProperty("run").GetProperty("runId").GetGuid().ToString("N") == StoreFixture.RunId).ToList();
            using (Assert.EnterMultipleScope())
            {
                Assert.That(told.GroupBy(e => e.GetProperty("run").GetProperty("runId").GetString()).Select(run => string.Join(' ', run.Select(e => e.GetProperty("eventType").GetString()))), Is.All.EqualTo("START COMPLETE"));
                Assert.That(training[1].GetProperty("job").GetProperty("name").GetString(), Is.EqualTo("demand"));
                Assert.That(training[1].GetProperty("inputs")[0].GetProperty("name").GetString(), Is.EqualTo("datasets/bike"));
                Assert.That(training[1].GetProperty("inputs")[0].GetProperty("facets").GetProperty("version").GetProperty("datasetVersion").GetString(), Is.EqualTo(StoreFixture.DatasetId));
                Assert.That(training[1].GetProperty("outputs")[0].GetProperty("name").GetString(), Is.EqualTo("models/demand"));
                foreach (var member in new[] { "eventTime", "producer", "schemaURL" }) Assert.That(told.Select(e => e.GetProperty(member).ValueKind), Is.All.EqualTo(JsonValueKind.String));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public async Task The_outbox_says_what_waits_and_a_delivery_that_is_not_there_is_an_error()
    {
        var empty = await Command.OnStoreAsync("outbox", "list");
        var json = await Command.JsonAsync("outbox", "list");
        var none = await Command.OnStoreAsync("outbox", "redeliver", "hook/1");

        Assert.That(empty.Out, Is.EqualTo("Nothing waits.\n"));
        Assert.That(json.GetProperty("deliveries").GetArrayLength(), Is.Zero);
        Assert.That((none.ExitCode, none.Error), Is.EqualTo((1, "mlops: There is no delivery 'hook/1': it was made meanwhile, or never asked for.\n")));
    }
}
