namespace MLOps.Cli.Tests;

/// <summary>The command as a user starts it: a process of its own.</summary>
public sealed class ProcessTests
{
    [Test]
    public async Task The_process_finds_its_store_by_the_variable_and_writes_json()
    {
        var (exitCode, output, error) = await RunAsync(["model", "list", "--json"], StoreFixture.Store);

        Assert.That((exitCode, error), Is.EqualTo((0, "")));
        Assert.That(output, Does.StartWith("{").And.Contain("\"demand\""));
    }

    [Test]
    public async Task The_process_ends_with_the_exit_code_and_the_error_on_stderr()
    {
        var missing = Path.Combine(StoreFixture.Root, "missing");

        var (exitCode, output, error) = await RunAsync(["status"], missing);
        var (usage, _, _) = await RunAsync(["statsu"], missing);

        Assert.That((exitCode, output, usage), Is.EqualTo((1, "", 2)));
        Assert.That(error, Does.Contain(missing));
    }

    [Test]
    public async Task Redirected_the_process_writes_text_without_colours()
    {
        var (exitCode, output, _) = await RunAsync(["why", StoreFixture.PredictionId], StoreFixture.Store);

        Assert.That(exitCode, Is.Zero);
        Assert.That(output, Does.Contain("└─ answered by generation").And.Not.Contain('\u001B'));
    }

    private static Task<(int Code, string Output, string Errors)> RunAsync(string[] arguments, string store)
    {
        var start = ChildProcess.Of(Path.Combine(AppContext.BaseDirectory, "mlops.dll"), arguments);
        start.Environment["MLOPS_STORE"] = store;
        return ChildProcess.RunAsync(start);
    }
}
