using System.Text.Json;

namespace MLOps.Cli.Tests.Commands;

public sealed class DataCommandTests
{
    private string _folder = "";

    private string Source => Path.Combine(_folder, "source");

    private string Store => Path.Combine(_folder, "store");

    private string Other => Path.Combine(_folder, "other");

    [SetUp]
    public async Task Make()
    {
        _folder = Directory.CreateTempSubdirectory("mlops-data-command-").FullName;
        Directory.CreateDirectory(Path.Combine(Source, "sub"));
        await File.WriteAllTextAsync(Path.Combine(Source, "rides.csv"), "id,temp\n1,20\n2,21\n");
        await File.WriteAllTextAsync(Path.Combine(Source, "sub", "notes.txt"), "notes");
    }

    [TearDown]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task A_folder_is_committed_changed_compared_named_and_checked_out()
    {
        var first = await JsonAsync("commit", "bike", Source, "-m", "first", "--create", "--origin", "https://example.org/rides", "--licence", "CC-BY-4.0", "--retrieved", "2026-03-01T12:00Z", "--code", "abc", "--metadata", "year=2011");
        var again = await JsonAsync("commit", "bike", Source);
        await File.WriteAllTextAsync(Path.Combine(Source, "rides.csv"), "id,temp\n1,20\n2,25\n3,22\n");
        File.Delete(Path.Combine(Source, "sub", "notes.txt"));
        await File.WriteAllTextAsync(Path.Combine(Source, "more.csv"), "id\n9\n");
        var would = await JsonAsync("commit", "bike", Source, "--dry-run");
        var second = await JsonAsync("commit", "bike", Source, "-m", "second");
        var log = await JsonAsync("log", "bike");
        var id = first.GetProperty("version").GetProperty("id").GetString()!;
        await JsonAsync("tag", id, "2011");
        var files = await JsonAsync("diff", "bike@2011", "bike");
        var rows = await JsonAsync("diff", "bike@2011", "bike", "--rows", "rides.csv", "--key", "id");
        var target = Path.Combine(_folder, "target");
        var restored = await JsonAsync("restore", "bike@2011", target);
        var dry = await JsonAsync("checkout", "bike", target, "--dry-run");
        var refused = await RunAsync("checkout", "bike", target);
        var checkedOut = await JsonAsync("checkout", "bike", target, "--yes");
        var none = await JsonAsync("checkout", "bike", target);

        Assert.Multiple(() =>
        {
            Assert.That(Members(first), Is.EqualTo("schema version changed done added modified removed"));
            Assert.That(first.GetProperty("version").GetProperty("source").GetProperty("licence").GetString(), Is.EqualTo("CC-BY-4.0"));
            Assert.That((first.GetProperty("changed").GetBoolean(), again.GetProperty("changed").GetBoolean()), Is.EqualTo((true, false)));
            Assert.That((Texts(would, "added"), Texts(would, "modified"), Texts(would, "removed"), would.GetProperty("done").GetBoolean()), Is.EqualTo(("more.csv", "rides.csv", "sub/notes.txt", false)));
            Assert.That(log.GetProperty("versions").EnumerateArray().Select(v => v.GetProperty("message").GetString()), Is.EqualTo(new[] { "second", "first" }));
            Assert.That(Members(files), Is.EqualTo("schema from to added modified removed renamed"));
            Assert.That(files.GetProperty("to").GetString(), Is.EqualTo(second.GetProperty("version").GetProperty("id").GetString()));
            Assert.That((rows.GetProperty("added").GetInt32(), rows.GetProperty("removed").GetInt32(), rows.GetProperty("changed").GetInt32()), Is.EqualTo((1, 0, 1)));
            Assert.That(rows.GetProperty("rows")[0].GetProperty("cells")[0].GetProperty("after").GetString(), Is.EqualTo("25"));
            Assert.That(restored.GetProperty("added").GetArrayLength(), Is.EqualTo(2));
            Assert.That((Texts(dry, "added"), Texts(dry, "replaced"), Texts(dry, "removed")), Is.EqualTo(("more.csv", "rides.csv", "sub/notes.txt")));
            Assert.That((refused.ExitCode, refused.Error.Contains("--yes", StringComparison.Ordinal)), Is.EqualTo((1, true)));
            Assert.That(checkedOut.GetProperty("done").GetBoolean(), Is.True);
            Assert.That(none.GetProperty("unchanged").GetInt32(), Is.EqualTo(2));
            Assert.That(File.Exists(Path.Combine(target, "sub", "notes.txt")), Is.False);
            Assert.That(File.ReadAllText(Path.Combine(target, "rides.csv")), Does.Contain("2,25"));
        });
    }

    [Test]
    public async Task A_branch_is_opened_merged_and_rolled_back()
    {
        await JsonAsync("commit", "bike", Source, "--create");
        await JsonAsync("branch", "bike", "side");
        await File.WriteAllTextAsync(Path.Combine(Source, "side.txt"), "side");
        await JsonAsync("commit", "bike", Source, "--branch", "side");
        var merged = await JsonAsync("merge", "bike@side");
        var back = await JsonAsync("rollback", "bike", "-m", "nothing to do");
        var branches = await JsonAsync("branch", "bike");
        var removed = await JsonAsync("branch", "bike", "side", "--remove");
        var gone = await RunAsync("branch", "bike", "side", "--remove");
        var told = await RunAsync("branch", "bike");

        Assert.Multiple(() =>
        {
            Assert.That((merged.GetProperty("changed").GetBoolean(), merged.GetProperty("version").GetProperty("fileCount").GetInt32()), Is.EqualTo((true, 3)));
            Assert.That(back.GetProperty("changed").GetBoolean(), Is.False);
            Assert.That(branches.GetProperty("names").EnumerateObject().Select(n => n.Name), Is.EqualTo(new[] { "main", "side" }));
            Assert.That(removed.GetProperty("names").EnumerateObject().Select(n => n.Name), Is.EqualTo(new[] { "main" }));
            Assert.That((gone.ExitCode, gone.Error.Contains("no branch 'side'", StringComparison.Ordinal)), Is.EqualTo((1, true)));
            Assert.That(told.Out, Does.Contain("main"));
        });
    }

    [Test]
    public async Task A_store_is_cloned_pushed_to_damaged_verified_and_repaired()
    {
        await JsonAsync("commit", "bike", Source, "--create");
        var clone = await JsonOfAsync(Other, "clone", "--from", Store);
        await File.WriteAllTextAsync(Path.Combine(Source, "new.txt"), "new");
        await JsonAsync("commit", "bike", Source);
        var would = await JsonAsync("push", "bike", "--to", Other, "--dry-run");
        var push = await JsonAsync("push", "bike", "--to", Other);
        var pull = await JsonOfAsync(Other, "pull", "bike", "--from", Store);
        var sound = await RunAsync("verify");
        foreach (var pack in Directory.GetFiles(Path.Combine(Store, "blobs"), "*.pack", SearchOption.AllDirectories))
        {
            var bytes = await File.ReadAllBytesAsync(pack);
            bytes[12] ^= 1;
            File.SetAttributes(pack, FileAttributes.Normal);
            await File.WriteAllBytesAsync(pack, bytes);
        }

        var damaged = await RunAsync("verify", "--json");
        var repaired = await JsonAsync("repair", "--from", Other);
        var afterwards = await RunAsync("verify");
        var same = await RunAsync("push", "bike", "--to", Store);
        Assert.Multiple(() =>
        {
            Assert.That((clone.GetProperty("versions").GetInt32(), would.GetProperty("versions").GetInt32(), push.GetProperty("versions").GetInt32(), pull.GetProperty("versions").GetInt32()), Is.EqualTo((1, 1, 1, 0)));
            Assert.That((would.GetProperty("done").GetBoolean(), push.GetProperty("done").GetBoolean()), Is.EqualTo((false, true)));
            Assert.That((sound.ExitCode, sound.Out.Contains("sound", StringComparison.Ordinal)), Is.EqualTo((0, true)));
            Assert.That(damaged.ExitCode, Is.EqualTo(ExitCode.IntegrityFailure));
            Assert.That(damaged.Out, Does.Contain("\"path\": \"").And.Contain("\"offset\": 0"));
            Assert.That((repaired.GetProperty("sound").GetBoolean(), repaired.GetProperty("repaired").GetInt32() > 0), Is.EqualTo((true, true)));
            Assert.That(afterwards.ExitCode, Is.Zero, afterwards.Out);
            Assert.That((same.ExitCode, same.Error.Contains("same store", StringComparison.Ordinal)), Is.EqualTo((1, true)));
        });
    }

    [Test]
    public async Task A_collection_is_a_plan_until_it_is_told_to_sweep()
    {
        await JsonAsync("commit", "bike", Source, "--create");
        await JsonAsync("branch", "bike", "side");
        await File.WriteAllBytesAsync(Path.Combine(Source, "side.bin"), new byte[100_000]);
        var side = await JsonAsync("commit", "bike", Source, "--branch", "side");
        await JsonAsync("branch", "bike", "side", "--remove");
        var plan = await JsonAsync("gc");
        var told = await RunAsync("gc", "--dry-run");
        var waits = await JsonAsync("gc", "--sweep");
        var swept = await JsonAsync("gc", "--sweep", "--grace", "0");
        var gone = await RunAsync("restore", side.GetProperty("version").GetProperty("id").GetString()!, Path.Combine(_folder, "out"));
        var both = await RunAsync("gc", "--sweep", "--dry-run");
        Assert.Multiple(() =>
        {
            Assert.That((plan.GetProperty("unneededVersions").GetArrayLength(), plan.GetProperty("done").GetBoolean()), Is.EqualTo((1, false)));
            Assert.That(told.Out, Does.Contain("Nothing was changed"));
            Assert.That((waits.GetProperty("waitingPacks").GetInt32(), waits.GetProperty("deletedPacks").GetInt32()), Is.EqualTo((1, 0)));
            Assert.That((swept.GetProperty("deletedPacks").GetInt32(), swept.GetProperty("collectedVersions").GetArrayLength()), Is.EqualTo((1, 1)));
            Assert.That((gone.ExitCode, gone.Error.Contains("collected", StringComparison.Ordinal)), Is.EqualTo((1, true)));
            Assert.That(both.ExitCode, Is.EqualTo(ExitCode.Usage));
        });
    }

    [Test]
    public async Task A_mistyped_store_or_folder_makes_nothing()
    {
        var noStore = await RunAsync("commit", "bike", Source);
        var noFolder = await RunAsync("commit", "bike", Path.Combine(_folder, "none"), "--create", "--dry-run");
        Directory.CreateDirectory(Path.Combine(_folder, "empty"));
        await JsonAsync("commit", "bike", Source, "--create");
        var empty = await RunAsync("commit", "bike", Path.Combine(_folder, "empty"));
        var orphan = await RunAsync("commit", "bike", Source, "--licence", "x");
        var half = await RunAsync("diff", "bike", "bike", "--rows", "rides.csv");
        Assert.Multiple(() =>
        {
            Assert.That((noStore.ExitCode, noStore.Error.Contains("no store", StringComparison.Ordinal)), Is.EqualTo((1, true)));
            Assert.That(noFolder.ExitCode, Is.EqualTo(1));
            Assert.That((empty.ExitCode, empty.Error.Contains("AllowEmpty", StringComparison.Ordinal)), Is.EqualTo((1, true)));
            Assert.That((orphan.ExitCode, half.ExitCode), Is.EqualTo((ExitCode.Usage, ExitCode.Usage)));
        });
    }

    private Task<CommandOutput> RunAsync(params string[] arguments) => Command.RunAsync(["data", .. arguments, "--store", Store]);

    private Task<JsonElement> JsonAsync(params string[] arguments) => JsonOfAsync(Store, arguments);

    private static async Task<JsonElement> JsonOfAsync(string store, params string[] arguments)
    {
        var output = await Command.RunAsync(["data", .. arguments, "--store", store, "--json"]);
        Assert.That(output.ExitCode, Is.Zero, output.Error + output.Out);
        using var document = JsonDocument.Parse(output.Out);
        return document.RootElement.Clone();
    }

    private static string Members(JsonElement element) => string.Join(' ', element.EnumerateObject().Select(m => m.Name));

    private static string Texts(JsonElement element, string member) => string.Join(' ', element.GetProperty(member).EnumerateArray().Select(e => e.GetString()));
}
