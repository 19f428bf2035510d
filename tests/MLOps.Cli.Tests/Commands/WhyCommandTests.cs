using System.Text.Json;

namespace MLOps.Cli.Tests.Commands;

public sealed class WhyCommandTests
{
    [Test]
    public async Task A_prediction_leads_to_the_data_its_model_was_trained_on()
    {
        var root = (await Command.JsonAsync("why", StoreFixture.PredictionId)).GetProperty("root");

        Assert.That(Path(root, "generation", "model", "run", "dataset").GetProperty("id").GetString(), Is.EqualTo(StoreFixture.DatasetId));
        Assert.That(Path(root, "generation", "model").GetProperty("id").GetString(), Is.EqualTo("demand/2"));
        Assert.That(Path(root, "generation", "model").GetProperty("facts").GetProperty("@champion").GetString(), Does.Contain("better"), "who promoted it, and why");
    }

    [TestCase("demand", "model", "demand/3")]
    [TestCase("demand/1", "model", "demand/1")]
    [TestCase("demand@champion", "model", "demand/2")]
    [TestCase("models:/demand/1", "model", "demand/1")]
    [TestCase("model:demand@champion", "model", "demand/2")]
    [TestCase("RUN", "run", "RUN")]
    [TestCase("RUN20", "run", "RUN")]
    [TestCase("run:RUN", "run", "RUN")]
    [TestCase("DATA", "dataset", "DATA")]
    [TestCase("DATA12", "dataset", "DATA")]
    [TestCase("bike@2011", "dataset", "DATA")]
    [TestCase("dataset:bike@2011", "dataset", "DATA")]
    [TestCase("PREDICTION", "prediction", "PREDICTION")]
    [TestCase("prediction:PREDICTION", "prediction", "PREDICTION")]
    [TestCase("GENERATION", "generation", "GENERATION")]
    [TestCase("generation:GENERATION", "generation", "GENERATION")]
    [TestCase("demand@champion/1", "deployment", "demand@champion/1")]
    [TestCase("deployment:demand@champion/2", "deployment", "demand@champion/2")]
    [TestCase("VERDICT", "verdict", "VERDICT")]
    [TestCase("verdict:VERDICT", "verdict", "VERDICT")]
    public async Task Every_kind_of_id_is_understood(string id, string kind, string means)
    {
        var root = (await Command.JsonAsync("why", Filled(id))).GetProperty("root");

        Assert.That((root.GetProperty("kind").GetString(), root.GetProperty("id").GetString()), Is.EqualTo((kind, Filled(means))));
    }

    [TestCase("p-00000000000000ff-1", "not made from this store")]
    [TestCase("p-GENERATION-0", "made 1 predictions, numbered from 1")]
    [TestCase("p-GENERATION-2", "this would be number 2")]
    [TestCase("demand@champion/3", "Nothing in this store")]
    [TestCase("deployment:demand@champion/3", "moved 2 times; there is no move 3")]
    [TestCase("deployment:demand@rival/1", "never had an alias 'rival'")]
    [TestCase("deployment:demand", "is not a deployment")]
    [TestCase("p-zz", "Nothing in this store is called 'p-zz'")]
    [TestCase("run:ffffffffffffffffffffffffffffffff", "No run's id begins with")]
    [TestCase("generation:00000000000000ff", "no generation")]
    [TestCase("verdict:x", "no verdict")]
    [TestCase("feature:x", "does not mention 'feature:x'")]
    [TestCase("model:demand/77", "demand")]
    [TestCase("model:", "kind:id")]
    [TestCase("bike@2010", "bike@2010")]
    public async Task What_is_not_in_the_store_is_said_not_to_be(string id, string says)
    {
        var output = await Command.OnStoreAsync("why", Filled(id));

        Assert.That((output.ExitCode, output.Out), Is.EqualTo((1, "")));
        Assert.That(output.Error, Does.Contain(says));
    }

    [Test]
    public async Task A_prediction_shows_its_logged_row()
    {
        var facts = (await Command.JsonAsync("why", StoreFixture.PredictionId)).GetProperty("root").GetProperty("facts");

        Assert.That(facts.GetProperty("answer").GetString(), Is.EqualTo("42"));
        Assert.That(facts.GetProperty("log").GetString(), Is.EqualTo("its answer is in the log; no input columns were declared for it"));
    }

    [Test]
    public async Task A_deployment_lies_between_the_version_and_what_served_it()
    {
        var root = (await Command.JsonAsync("why", "demand@champion/2")).GetProperty("root");
        var forward = (await Command.JsonAsync("why", "demand@champion/2", "--forward")).GetProperty("root");

        Assert.That(Path(root, "model").GetProperty("id").GetString(), Is.EqualTo("demand/2"));
        Assert.That(root.GetProperty("facts").GetProperty("state").GetString(), Is.EqualTo("the alias points here now"));
        Assert.That(Path(forward, "generation").GetProperty("id").GetString(), Is.EqualTo(StoreFixture.Generation));
    }

    [Test]
    public async Task A_name_of_two_things_has_to_be_made_clear()
    {
        await using var own = await OwnStore.CreateAsync();
        await own.Client.Datasets.CommitAsync("demand", Data.DatasetChange.Whole().PutText("a", "b"));

        var output = await Command.RunAsync("why", "demand", "--store", own.Folder);
        var clear = await Command.RunAsync("why", "dataset:demand", "--store", own.Folder);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(output.ExitCode, Is.EqualTo(1));
            Assert.That(output.Error, Does.Contain("model:demand/2").And.Contain("dataset:"));
            Assert.That(clear.ExitCode, Is.Zero);
            Assert.That(clear.Out, Does.StartWith("dataset demand@").And.Contain("Nothing is recorded that it came from."));
        }
    }

    [Test]
    public async Task Forward_says_what_came_of_it()
    {
        var root = (await Command.JsonAsync("why", "bike@2011", "--forward")).GetProperty("root");

        Assert.That(Path(root, "model").GetProperty("relation").GetString(), Is.EqualTo("trained"));
        Assert.That(Descendants(root).Select(n => n.GetProperty("id").GetString()), Does.Contain("demand/1").And.Contain("demand/2").And.Contain(StoreFixture.Generation).And.Contain(StoreFixture.VerdictId));
    }

    [Test]
    public async Task The_tree_reads_as_sentences()
    {
        var output = await Command.OnStoreAsync("why", StoreFixture.PredictionId);

        Assert.That(output.Out, Does.StartWith($"prediction {StoreFixture.PredictionId}\n"));
        Assert.That(output.Out, Does.Contain($"└─ answered by generation {StoreFixture.Generation}\n"));
        Assert.That(output.Out, Does.Contain("├─ serving as champion model demand/2\n"));
        Assert.That(output.Out, Does.Contain($"made by run {StoreFixture.RunId}\n").And.Contain("└─ read for training dataset bike@2011\n").And.Contain("trained on dataset bike@2011  (see above)\n"));
        Assert.That(output.Out, Does.Contain("└─ in service by deployment demand@champion/2\n").And.Contain("└─ deploying model demand/2  (see above)\n"));
    }

    [Test]
    public async Task Behind_a_report_that_caused_a_retraining_only_all_goes_on()
    {
        await using var own = await OwnStore.CreateAsync();
        var records = own.Client.Services.Get<Storage.IRecordStore>();
        Storage.RecordPut Edge(string source, string target) => new(new("lineage", Digest.Of($"{source} {target}").Hex),
            System.Text.Encoding.UTF8.GetBytes($$"""{"source":"{{source}}","target":"{{target}}","relation":"x","at":"2026-01-01T00:00:00Z"}"""),
            new Dictionary<string, Storage.FieldValue> { ["source"] = source, ["target"] = target });
        await records.CommitAsync(new("test", [Edge("model:demand/1", "report:r"), Edge("report:r", "model:demand/2"), Edge("run:r", "model:demand/1")]));

        var cut = await Command.RunAsync("why", "demand/2", "-s", own.Folder);
        var all = await Command.RunAsync("why", "demand/2", "--all", "-s", own.Folder);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(cut.Out, Does.Contain("└─ retrained after report r\n").And.Contain("└─ about model demand/1  (--all goes on)\n").And.Not.Contain("made by run r"));
            Assert.That(all.Out, Does.Contain("└─ about model demand/1\n").And.Contain("└─ made by run r\n").And.Contain("no longer in the store"));
        }
    }

    private static string Filled(string text) => text
        .Replace("RUN20", StoreFixture.RunId[..30], StringComparison.Ordinal).Replace("RUN", StoreFixture.RunId, StringComparison.Ordinal)
        .Replace("DATA12", StoreFixture.DatasetId[..12], StringComparison.Ordinal).Replace("DATA", StoreFixture.DatasetId, StringComparison.Ordinal)
        .Replace("PREDICTION", StoreFixture.PredictionId, StringComparison.Ordinal).Replace("GENERATION", StoreFixture.Generation, StringComparison.Ordinal)
        .Replace("VERDICT", StoreFixture.VerdictId, StringComparison.Ordinal);

    private static JsonElement Path(JsonElement node, params string[] kinds)
    {
        foreach (var kind in kinds) node = node.GetProperty("next").EnumerateArray().First(n => n.GetProperty("kind").GetString() == kind);
        return node;
    }

    private static IEnumerable<JsonElement> Descendants(JsonElement node) =>
        node.GetProperty("next").EnumerateArray().SelectMany(n => Descendants(n).Prepend(n));
}
