using System.Text.Json;
using MLOps.Experiments;

namespace MLOps.Cli.Tests.Commands;

public sealed class RunCommandTests
{
    [Test]
    public async Task Search_finds_by_a_condition_and_names_the_place_of_an_error()
    {
        var found = await Command.JsonAsync("run", "search", "metrics.rmse < 47 and params.lambda = 0.5");
        Assert.That(found.GetProperty("runs").EnumerateArray().Select(r => r.GetProperty("id").GetString()), Is.EqualTo(new[] { StoreFixture.RunId }));
        Assert.That((await Command.OnStoreAsync("run", "search", "metrics.rmse > 1000")).Out, Does.Contain("No runs."));
        var wrong = await Command.OnStoreAsync("run", "search", "metrics.rmse <");
        Assert.That((wrong.ExitCode, wrong.Error), Is.EqualTo((ExitCode.Error, "mlops: The filter cannot be read at position 15: expected a number, with which metrics.rmse compares, found the end.\n")));
    }

    [Test]
    public async Task Compare_tells_the_best_as_text_json_markdown_csv_and_page()
    {
        var json = await Command.JsonAsync("run", "compare", "-e", "demand", "--goal", "rmse");
        Assert.That((json.GetProperty("best").GetString(), json.GetProperty("runs").GetArrayLength()), Is.EqualTo((StoreFixture.RunId, 2)));
        var text = await Command.OnStoreAsync("run", "compare", StoreFixture.RunId, StoreFixture.ChildId[..16], StoreFixture.ChildId, "--goal", "rmse:max");
        Assert.That((text.ExitCode, text.Out.Contains("Best by rmse (highest)", StringComparison.Ordinal), text.Out.Contains('\u001B', StringComparison.Ordinal)), Is.EqualTo((0, true, false)), text.Error);
        Assert.That((await Command.OnStoreAsync("run", "compare", "-e", "demand", "--markdown")).Out, Does.StartWith("| run | status |"));
        Assert.That((await Command.OnStoreAsync("run", "compare", "-e", "demand", "--csv")).Out, Does.StartWith("run,name,experiment"));
        var page = Path.Combine(StoreFixture.Root, "comparison.html");
        Assert.That((await Command.OnStoreAsync("run", "compare", "-e", "demand", "-g", "rmse", "--html", page)).ExitCode, Is.Zero);
        Assert.That(await File.ReadAllTextAsync(page), Does.Contain("Learning curves").And.Not.Contain("\u202E"));
        Assert.That((await Command.OnStoreAsync("run", "compare")).ExitCode, Is.EqualTo(ExitCode.Usage));
    }

    [Test]
    public async Task Delete_restore_and_purge_say_what_they_did()
    {
        string id;
        await using (var mlops = StoreFixture.Open())
        {
            await using var run = await mlops.Experiments.StartRunAsync("throw-away");
            id = run.Id;
            await run.CompleteAsync();
        }

        Assert.That((await Command.JsonAsync("run", "delete", id)).GetProperty("done").GetString(), Is.EqualTo("deleted"));
        Assert.That((await Command.OnStoreAsync("run", "list", "-e", "throw-away")).Out, Does.Contain("No runs."));
        Assert.That((await Command.OnStoreAsync("run", "restore", id)).Out, Does.Contain("is restored."));
        Assert.That((await Command.OnStoreAsync("run", "delete", "--purge", id)).ExitCode, Is.EqualTo(ExitCode.GateFailed), "it is not deleted");
        await Command.OnStoreAsync("run", "delete", id);
        Assert.That((await Command.OnStoreAsync("run", "delete", "--purge", id)).ExitCode, Is.Zero);
        Assert.That((await Command.OnStoreAsync("run", "show", id)).ExitCode, Is.EqualTo(ExitCode.Error));
    }

    [Test]
    public async Task Export_writes_files_that_any_tool_reads_and_never_into_a_full_folder()
    {
        var folder = Path.Combine(StoreFixture.Root, "exported");
        Assert.That((await Command.OnStoreAsync("run", "export", StoreFixture.RunId, folder)).ExitCode, Is.Zero);
        using var run = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "run.json")));
        Assert.That(run.RootElement.GetProperty("run").GetProperty("id").GetString(), Is.EqualTo(StoreFixture.RunId));
        Assert.That(await File.ReadAllLinesAsync(Path.Combine(folder, "metrics.csv")), Has.Length.EqualTo(7).And.Some.EndsWith(",NaN"));
        Assert.That(await File.ReadAllTextAsync(Path.Combine(folder, "artifacts", "plots", "fit.svg")), Is.EqualTo("<svg/>"));
        Assert.That((await Command.OnStoreAsync("run", "export", StoreFixture.RunId, folder)).ExitCode, Is.EqualTo(ExitCode.Error));
    }

    [Test]
    public async Task Log_and_tail_show_what_a_run_told()
    {
        string id;
        await using (var mlops = StoreFixture.Open())
        {
            await using var run = await mlops.Experiments.StartRunAsync("told");
            id = run.Id;
            for (var i = 0; i < 200; i++) run.Log(run.Metric("loss"), 200 - i, i);
            run.WriteLine(new RunLogLine(DateTimeOffset.UnixEpoch, "Warning", "trainer", "slow \u001B[2J epoch"));
            await run.CompleteAsync();
        }

        var log = await Command.OnStoreAsync("run", "log", id);
        Assert.That(log.Out, Does.Contain("Warning").And.Contains("slow \uFFFD[2J epoch"));
        Assert.That((await Command.JsonAsync("run", "log", id)).GetProperty("lines").GetArrayLength(), Is.EqualTo(1));
        var tail = await Command.OnStoreAsync("run", "tail", id);
        Assert.That(tail.Out, Does.Contain("loss").And.Contains("█").And.Contains("step 199").And.Contains("is finished."));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task On_a_terminal_the_curves_of_a_running_run_are_written_over_the_last_ones_and_fit_its_width([Values(40, 60, 200)] int width, CancellationToken token)
    {
        await using var mlops = StoreFixture.Open();
        await using var run = await mlops.Experiments.StartRunAsync("watched", cancellationToken: token);
        var names = new[] { "train/loss", "a metric whose name is longer than most terminals have room for" };
        for (var i = 0; i < 100; i++)
            foreach (var name in names) run.Log(run.Metric(name), i, i);
        await run.FlushAsync(token);
        using var written = new Watched();
        var following = CommandLine.RunAsync(["run", "tail", run.Id, "--every", "0.1", "--store", StoreFixture.Store], new Surroundings { Out = written, Error = TextWriter.Null, Directory = StoreFixture.Root, IsTerminal = true, Width = width }, token);
        await written.LineAsync(2).WaitAsync(token);
        run.Log(run.Metric(names[0]), 100, 100);
        await run.CompleteAsync(cancellationToken: token);
        Assert.That(await following.WaitAsync(token), Is.Zero);
        var text = written.ToString();
        Assert.That(text, Does.Contain("\e[2A\e[J").And.Contains("step 100").And.Contains("a me"));
        var plain = System.Text.RegularExpressions.Regex.Replace(text, "\e\\[[0-9;]*[A-Za-z]", "");
        Assert.That(plain.Split('\n').Select(l => l.Length), Has.All.LessThan(width));
    }

    [Test]
    public void A_curve_of_characters_bears_any_numbers()
    {
        Assert.That(Output.TextCurve.Of([0, 1, 2, 3, 4, 5, 6, 7]), Is.EqualTo("▁▂▃▄▅▆▇█"));
        Assert.That(Output.TextCurve.Of([1, double.NaN, 1]), Is.EqualTo("▄·▄"));
        Assert.That(Output.TextCurve.Of([double.MinValue, double.MaxValue, double.PositiveInfinity]), Is.EqualTo("▁█·"));
        Assert.That(Output.TextCurve.Of([]), Is.Empty);
    }

    /// <summary>Output of a command that goes on, which a test may wait for.</summary>
    private sealed class Watched : StringWriter
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _lines, _awaited = int.MaxValue;

        public Watched() => NewLine = "\n";

        public Task LineAsync(int count)
        {
            lock (_done)
            {
                _awaited = count;
                if (_lines >= count) _done.TrySetResult();
            }

            return _done.Task;
        }

        public override void Write(string? value)
        {
            lock (_done) base.Write(value);
        }

        public override void WriteLine()
        {
            lock (_done)
            {
                base.WriteLine();
                if (++_lines >= _awaited) _done.TrySetResult();
            }
        }
    }
}
