using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MLOps.Cli.Tests.Commands;

public sealed class DriftCommandTests
{
    private string _folder = "";

    [SetUp]
    public void Make() => _folder = Directory.CreateTempSubdirectory("mlops-drift-").FullName;

    [TearDown]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Two_files_are_compared_without_a_store_and_drift_is_an_exit_code()
    {
        var (old, @new) = (Csv("old.csv", 0), Csv("new.csv", 40));
        var same = await Command.RunAsync("drift", "check", old, "--reference", old);
        Assert.That((same.ExitCode, same.Error), Is.EqualTo((ExitCode.Ok, "")));
        var found = await Command.RunAsync("drift", "check", @new, "--reference", old, "--ignore", "note, quoted");
        Assert.That(found.ExitCode, Is.EqualTo(ExitCode.DriftFound), found.Out);
        Assert.That(found.Out, Does.Contain("fare").And.Contain("mean 49.5 -> 89.5").And.Contain("shift"));
        Assert.That(found.Out, Does.Not.Contain("note"));
        Assert.That(Directory.Exists(Path.Combine(_folder, ".mlops")), Is.False);
    }

    [Test]
    public async Task A_baseline_stands_for_its_file_and_a_page_opens_from_disk()
    {
        var (old, @new) = (Csv("old.csv", 0), Csv("new.csv", 40));
        string baseline = Path.Combine(_folder, "base.json"), page = Path.Combine(_folder, "page.html");
        var made = await Command.RunAsync("drift", "baseline", old, "-o", baseline, "--window-rows", "40", "--segment", "town");
        Assert.That((made.ExitCode, made.Error), Is.EqualTo((ExitCode.Ok, "")));
        Assert.That(made.Out, Does.StartWith("400 rows, 3 columns, a null of 10 blocks"));
        Assert.That((await Command.RunAsync("drift", "check", @new, "--baseline", baseline)).ExitCode, Is.EqualTo(ExitCode.DriftFound));
        Assert.That((await Command.RunAsync("drift", "report", @new, "--baseline", baseline, "-o", page)).ExitCode, Is.EqualTo(ExitCode.Ok));
        Assert.That(await File.ReadAllTextAsync(page), Does.StartWith("<!DOCTYPE html>").And.Contain("fare").And.Not.Contain("<script"));
        var refused = await Command.RunAsync("drift", "report", @new, "--baseline", baseline, "-o", page);
        Assert.That((refused.ExitCode, refused.Error.Contains("exists", StringComparison.Ordinal)), Is.EqualTo((ExitCode.Error, true)));
        var explained = await Command.RunAsync("drift", "explain", @new, "--baseline", baseline, "--column", "town", "--json");
        using var json = JsonDocument.Parse(explained.Out);
        Assert.That(json.RootElement.GetProperty("columns")[0].GetProperty("tests").EnumerateArray().Select(t => t.GetProperty("test").GetString()), Does.Contain("js").And.Contain("chi2"));
    }

    [TestCase("", "is empty")]
    [TestCase("a,a\n1,2\n", "two columns 'a'")]
    [TestCase("a,b\n1\n", "has 1 cells")]
    [TestCase("a,b\n\"1,2\n", "does not end")]
    public async Task A_file_that_is_no_table_is_named(string text, string why)
    {
        var path = Path.Combine(_folder, "broken.csv");
        await File.WriteAllTextAsync(path, text);
        var output = await Command.RunAsync("drift", "check", path, "--reference", Csv("old.csv", 0));
        Assert.That((output.ExitCode, output.Error.Contains(why, StringComparison.Ordinal)), Is.EqualTo((ExitCode.Error, true)), output.Error);
    }

    [Test]
    public async Task What_is_missing_is_said()
    {
        var old = Csv("old.csv", 0);
        Assert.That((await Command.RunAsync("drift", "check", old)).Error, Does.Contain("Give --reference"));
        Assert.That((await Command.RunAsync("drift", "check", old, "--reference", old, "--label", "none")).Error, Does.Contain("no column 'none'"));
        Assert.That((await Command.RunAsync("drift", "explain", old, "--reference", old, "--column", "none")).Error, Does.Contain("There is no column 'none'"));
        Assert.That((await Command.RunAsync("drift", "check", Path.Combine(_folder, "none.csv"), "--reference", old)).ExitCode, Is.EqualTo(ExitCode.Error));
    }

    private string Csv(string name, int shift)
    {
        var text = new StringBuilder("fare,town,\"note, quoted\"\r\n");
        for (var i = 0; i < 400; i++) text.Append(CultureInfo.InvariantCulture, $"{i % 100 + shift},{(i % 3 == 0 ? "North" : "\"So\"\"uth\"")},{(i % 7 == 0 ? "" : "x")}\r\n");
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text.ToString());
        return path;
    }
}
