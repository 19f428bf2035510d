using System.Text.Json;
using MLOps.Storage;

namespace MLOps.Cli.Tests.Commands;

public sealed class StoreCommandTests
{
    private string _folder = "";

    [SetUp]
    public void Make() => _folder = Directory.CreateTempSubdirectory("mlops-store-command-").FullName;

    [TearDown]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task A_copy_is_equal_and_a_second_one_copies_nothing()
    {
        var target = Path.Combine(_folder, "target");
        var first = await CopyAsync("store", "copy", "--from", StoreFixture.Store, "--to", target, "--json");
        var second = await CopyAsync("store", "copy", "--from", StoreFixture.Store, "--to", target, "--json");
        Assert.Multiple(() =>
        {
            Assert.That(string.Join(' ', first.EnumerateObject().Select(m => $"{m.Name}:{m.Value.ValueKind}")), Is.EqualTo(
                "schema:Number from:String to:String blobs:Number bytes:Number streams:Number blocks:Number records:Number position:Number sha256:String"));
            Assert.That(first.GetProperty("blobs").GetInt64(), Is.Positive);
            Assert.That(first.GetProperty("records").GetInt64(), Is.Positive);
            Assert.That(second.GetProperty("records").GetInt64() + second.GetProperty("blobs").GetInt64() + second.GetProperty("blocks").GetInt64(), Is.Zero);
            Assert.That(second.GetProperty("sha256").GetString(), Is.EqualTo(first.GetProperty("sha256").GetString()));
        });
        var status = await Command.RunAsync("status", "--store", target);
        Assert.That(status.ExitCode, Is.Zero, status.Error);
    }

    [Test]
    public async Task A_store_may_be_a_database_and_a_folder_apart()
    {
        var address = $"sqlite:{Path.Combine(_folder, "records", "r.db")}+folder:{Path.Combine(_folder, "bytes")}";
        var copy = await Command.RunAsync("store", "copy", "--from", StoreFixture.Store, "--to", address);
        var verify = await Command.RunAsync("store", "verify", "--store", address);
        var shown = await Command.RunAsync("model", "show", "demand", "--store", address);
        Assert.Multiple(() =>
        {
            Assert.That(copy.ExitCode, Is.Zero, copy.Error);
            Assert.That(copy.Out, Does.Contain("equal, "));
            Assert.That(verify.Out, Does.Contain("sound"));
            Assert.That(shown.Out, Does.Contain("champion"));
        });
    }

    [Test]
    public async Task A_sound_store_verifies_and_a_damaged_one_is_an_exit_code_and_a_list()
    {
        await using var own = await OwnStore.CreateAsync();
        var sound = await Command.RunAsync("store", "verify", "--store", own.Folder, "--json");
        var blobs = await own.Client.Parts.Blobs.ListAsync("").ToListAsync();
        foreach (var file in Directory.GetFiles(Path.Combine(own.Folder, "blobs"), Path.GetFileName(blobs[0].Key), SearchOption.AllDirectories))
        {
            File.SetAttributes(file, FileAttributes.Normal);
            await File.WriteAllBytesAsync(file, new byte[blobs[0].Length]);
        }

        await own.Client.Parts.Blobs.DeleteAsync(blobs[1].Key);
        var damaged = await Command.RunAsync("store", "verify", "--store", own.Folder, "--json");
        var told = await Command.RunAsync("store", "verify", "--store", own.Folder);
        using var document = JsonDocument.Parse(damaged.Out);
        Assert.Multiple(() =>
        {
            Assert.That(sound.ExitCode, Is.Zero, sound.Error);
            Assert.That(sound.Out, Does.Contain("\"sound\": true"));
            Assert.That(damaged.ExitCode, Is.EqualTo(ExitCode.IntegrityFailure));
            Assert.That(document.RootElement.GetProperty("problems").EnumerateArray().Select(p => (p.GetProperty("kind").GetString(), p.GetProperty("subject").GetString())).Distinct(),
                Is.EquivalentTo(new[] { ("blob-damaged", blobs[0].Key), ("blob-missing", blobs[1].Key) }));
            Assert.That(told.Out, Does.Contain("blob-damaged: ").And.Contain("problems"));
        });
    }

    [TestCase("Host=db;Username=u;Password=geheim")]
    [TestCase("postgres://u:geheim@db/mlops")]
    [TestCase("postgresql:Host=db;Password=geheim+s3:bucket")]
    [TestCase("postgresql:PG+azure:AccountKey=geheim;x/container")]
    [TestCase("postgresql:PG,password=geheim+s3:bucket")]
    [TestCase("postgresql:PG+s3:bucket,secret=geheim")]
    public async Task A_secret_in_an_address_is_refused_and_not_repeated(string address)
    {
        var setting = new Setting { Environment = new Dictionary<string, string> { ["PG"] = "Host=nowhere.invalid;Username=u;Password=auchgeheim" } };
        foreach (var arguments in new[] { new[] { "store", "copy", "--from", StoreFixture.Store, "--to", address }, ["status", "--store", address] })
        {
            var output = await Command.RunAsync(setting, arguments);
            Assert.That(output.ExitCode, Is.EqualTo(1));
            Assert.That(output.Out + output.Error, Does.Not.Contain("geheim"));
        }
    }

    [TestCase("postgresql:PG+s3:bucket", "PG, which should hold a connection string, is not set")]
    [TestCase("postgresql:PG", "where the bytes are")]
    [TestCase("sqlite:a.db+s3:", "nothing stands behind s3:")]
    [TestCase("sqlite:a.db+s3:bucket,endpoint=x", "endpoint")]
    [TestCase("sqlite:a.db+s3:..", "not a valid bucket")]
    public async Task An_address_that_cannot_work_says_why(string address, string why)
    {
        var output = await Command.RunAsync("store", "copy", "--from", StoreFixture.Store, "--to", address);
        Assert.That(output.ExitCode, Is.EqualTo(1));
        Assert.That(output.Error, Does.Contain(why));
    }

    [Test]
    public async Task Stores_that_are_missing_the_same_or_somebody_elses_are_refused()
    {
        await using var own = await OwnStore.CreateAsync();
        var missing = await Command.RunAsync("store", "copy", "--from", Path.Combine(_folder, "none"), "--to", Path.Combine(_folder, "target"));
        var same = await Command.RunAsync("store", "copy", "--from", StoreFixture.Store, "--to", StoreFixture.Store);
        var other = await Command.RunAsync("store", "copy", "--from", StoreFixture.Store, "--to", own.Folder);
        var halfSaid = await Command.RunAsync("store", "copy", "--from", StoreFixture.Store);
        Assert.Multiple(() =>
        {
            Assert.That((missing.ExitCode, Directory.Exists(Path.Combine(_folder, "target"))), Is.EqualTo((1, false)));
            Assert.That(missing.Error, Does.Contain("--from"));
            Assert.That(same.Error, Does.Contain("the same store"));
            Assert.That(other.Error, Does.Contain("no copy of this source"));
            Assert.That(halfSaid.ExitCode, Is.EqualTo(ExitCode.Usage));
        });
    }

    [Test]
    public async Task A_person_at_a_terminal_sees_a_bar_and_nobody_else_does()
    {
        var (bar, none) = (new StringWriter(), new StringWriter());
        foreach (var (error, shows) in new[] { (bar, true), (none, false) })
        {
            var progress = new Output.ProgressLine(new Surroundings { Out = TextWriter.Null, Error = error, Directory = _folder, ShowsProgress = shows });
            progress.Report(new StoreProgress("blobs", 512 * 1024, 1024 * 1024));
            progress.Report(new StoreProgress("records", 10, 10));
            progress.Dispose();
        }

        Assert.Multiple(() =>
        {
            Assert.That(bar.ToString(), Does.Contain("###############").And.Contain("50 %").And.Contain("records").And.EndsWith("\r"));
            Assert.That(none.ToString(), Is.Empty);
        });
        await Task.CompletedTask;
    }

    private static async Task<JsonElement> CopyAsync(params string[] arguments)
    {
        var output = await Command.RunAsync(arguments);
        Assert.That(output.ExitCode, Is.Zero, output.Error);
        using var document = JsonDocument.Parse(output.Out);
        return document.RootElement.Clone();
    }
}
