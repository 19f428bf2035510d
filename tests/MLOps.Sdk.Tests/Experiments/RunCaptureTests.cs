using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;

namespace MLOps.Experiments;

public sealed class RunCaptureTests
{
    private string _folder = "";
    private TestStore _store = null!;

    [SetUp]
    public void Open()
    {
        _folder = Directory.CreateTempSubdirectory("mlops-git-").FullName;
        _store = new TestStore(Backend.Memory);
    }

    [TearDown]
    public async Task Close()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task Git_tells_commit_branch_and_changes_but_no_file_of_secrets()
    {
        if (!Ask("init", "-q", "-b", "main")) throw Requirement.Missing("git was not found");
        await WriteAsync("code.cs", "one\n");
        await WriteAsync("deep/appsettings.Production.json", "{}\n");
        await WriteAsync(".env", "A=1\n");
        Ask("add", "-A", "-f");
        Ask("-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "first");
        Assert.That(await Git.IsDirtyAsync(_folder, default), Is.False);
        var head = (await Git.HeadAsync(_folder, default))!.Value;
        Assert.That((head.Commit.Length, head.Branch), Is.EqualTo((40, "main")));

        await WriteAsync("code.cs", "two\n");
        await WriteAsync("deep/appsettings.Production.json", "{\"Password\":\"hunter2\"}\n");
        await WriteAsync(".env", "KEY=hunter2\n");
        Assert.That(await Git.IsDirtyAsync(_folder, default), Is.True);
        var (bytes, isCut) = (await Git.ChangesAsync(_folder, 100_000, default))!.Value;
        var text = System.Text.Encoding.UTF8.GetString(bytes);
        Assert.That((text.Contains("+two", StringComparison.Ordinal), text.Contains("hunter2", StringComparison.Ordinal), isCut), Is.EqualTo((true, false, false)), text);
        (bytes, isCut) = (await Git.ChangesAsync(_folder, 10, default))!.Value;
        Assert.That((bytes.Length, isCut), Is.EqualTo((10, true)));
    }

    [Test]
    public async Task Where_there_is_no_repository_git_knows_nothing_and_no_run_fails()
    {
        Assert.That(await Git.HeadAsync(_folder, default), Is.Null);
        Assert.That(await Git.HeadAsync(Path.Combine(_folder, "missing"), default), Is.Null);
    }

    [Test]
    public async Task A_run_notes_its_machine_its_packages_and_its_cost()
    {
        await using var tracker = Tracker(new() { Git = false, Changes = false, Process = false, PricePerHour = 2 });
        await using var first = await tracker.StartRunAsync("demand");
        _store.Time.Advance(TimeSpan.FromHours(3));
        await first.CompleteAsync();
        await using var second = await tracker.StartRunAsync("demand");
        await second.CompleteAsync();
        foreach (var id in new[] { first.Id, second.Id })
        {
            var run = await tracker.GetRunAsync(id);
            Assert.That((run.Environment!.Machine, run.Environment.Processors, run.Environment.PackagesDigest?.Length), Is.EqualTo((Environment.MachineName, (int?)Environment.ProcessorCount, 64)));
            Assert.That((run.Cost!.PeakMemoryBytes > 1_000_000, run.Cost.CpuHours > 0), Is.EqualTo((true, true)));
        }

        Assert.That((await tracker.GetRunAsync(first.Id)).Cost!.Price, Is.EqualTo(6).Within(1e-9));
    }

    [Test]
    public async Task What_was_captured_without_a_price_is_read_back()
    {
        await using var tracker = Tracker(RunCaptureOptions.None with { Cost = true, Machine = true });
        await using var run = await tracker.StartRunAsync("demand");
        await run.CompleteAsync();
        Assert.That((await tracker.QueryRunsAsync().ToListAsync()).Single().Cost!.Price, Is.Null);
    }

    [Test]
    public async Task What_the_process_uses_becomes_series_of_the_run()
    {
        await using var tracker = Tracker(RunCaptureOptions.None with { Process = true });
        await using var run = await tracker.StartRunAsync("demand");
        for (var i = 0; i < 3; i++) _store.Time.Advance(TimeSpan.FromSeconds(15));
        await run.CompleteAsync();
        _store.Time.Advance(TimeSpan.FromHours(1));
        var known = await tracker.GetRunAsync(run.Id);
        Assert.That(known.Metrics.Keys, Is.EquivalentTo(new[] { "process/cpu", "process/memory", "process/gc-heap", "process/gc-pause" }));
        Assert.That((known.Metrics["process/memory"].Count, known.Metrics["process/memory"].Min > 1_000_000), Is.EqualTo((3L, true)));
        Assert.That((known.Environment, known.Cost), Is.EqualTo(((RunEnvironment?)null, (RunCost?)null)), "switched off");
    }

    [Test]
    public void Options_out_of_range_are_refused()
    {
        Assert.Throws<MLOpsInvalidException>(() => new RunCaptureOptions { PricePerHour = double.NaN }.Checked());
        Assert.Throws<MLOpsInvalidException>(() => new RunCaptureOptions { MaxChangesBytes = -1 }.Checked());
        Assert.Throws<MLOpsInvalidException>(() => new RunCaptureOptions { ProcessInterval = TimeSpan.Zero }.Checked());
    }

    private ExperimentTracker Tracker(RunCaptureOptions capture) => new(_store.Writer, _store.Streams, _store.Content, new TrackingOptions { Capture = capture }, NullLogger<ExperimentTracker>.Instance);

    private async Task WriteAsync(string path, string text)
    {
        var file = Path.Combine(_folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, text);
    }

    private bool Ask(params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = _folder })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
