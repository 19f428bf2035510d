using System.Globalization;

namespace MLOps.Crash;

/// <summary>Several processes work in the rooms of one embedded store at the same time.</summary>
public sealed class SharedStoreTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("mlops-shared-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    [CancelAfter(300_000)]
    public async Task Sixty_four_registrations_by_eight_processes_give_the_versions_1_to_64(CancellationToken token)
    {
        const int Processes = 8, Each = 8;
        var facts = await TogetherAsync([.. Enumerable.Range(0, Processes).Select(i => new[] { "register", _folder, string.Create(CultureInfo.InvariantCulture, $"w{i}"), Each.ToString(CultureInfo.InvariantCulture) })], token);

        var registered = facts.Select(f => (Number: int.Parse(f[1], CultureInfo.InvariantCulture), Run: f[2])).OrderBy(f => f.Number).ToList();
        Assert.That(registered.Select(r => r.Number), Is.EqualTo(Enumerable.Range(1, Processes * Each)));

        await using var mlops = MLOpsClient.Create(_folder);
        var versions = await mlops.Models.VersionsAsync("shared", token).OrderBy(v => v.Number).ToListAsync(token);
        Assert.That(versions.Select(v => (v.Number, v.RunId)), Is.EqualTo(registered.Select(r => (r.Number, (string?)r.Run))), "each process got the version that it was told");
        Assert.That(await mlops.Experiments.ListAsync(token).CountAsync(token), Is.EqualTo(1));
        var runs = await mlops.Experiments.QueryRunsAsync(new() { Experiment = "shared" }, token).ToListAsync(token);
        Assert.That(runs, Has.Count.EqualTo(Processes * Each));
        Assert.That(runs, Has.All.Matches<MLOps.Experiments.Run>(r => r.Status == MLOps.Experiments.RunStatus.Finished && r.Metrics["loss"].Count == 1));
        Assert.That(await mlops.Audit.VerifyAsync(token), Is.EqualTo(Processes * Each));
    }

    [Test]
    [CancelAfter(600_000)]
    public async Task Eight_processes_of_four_threads_track_on_one_file_without_an_error_or_a_lost_point(CancellationToken token)
    {
        var (runs, points) = (Effort.Of(1, 10), Effort.Of(200, 2_000));
        var facts = await TogetherAsync([.. Enumerable.Range(0, 8).Select(_ => new[] { "track", _folder, $"{runs}", $"{points}" })], token);
        Assert.That(facts, Has.Count.EqualTo(8 * 4 * runs));
        await using var mlops = MLOpsClient.Create(_folder);
        var found = await mlops.Experiments.QueryRunsAsync(new() { Experiment = "together" }, token).ToListAsync(token);
        Assert.That(found.Select(r => r.Id), Is.EquivalentTo(facts.Select(f => f[1])));
        foreach (var run in found)
        {
            Assert.That((run.Status, run.Metrics["loss"].Count, run.Metrics["accuracy"].Min), Is.EqualTo((MLOps.Experiments.RunStatus.Finished, (long)points, 1.0 - points)));
            Assert.That(await mlops.Experiments.ReadMetricAsync(run.Id, "loss", cancellationToken: token).Select(p => p.Value).ToListAsync(token), Is.EqualTo(Enumerable.Range(0, points)));
        }
    }

    [Test]
    [CancelAfter(300_000)]
    public async Task Sixty_four_creators_in_four_processes_make_one_experiment(CancellationToken token)
    {
        var facts = await TogetherAsync([.. Enumerable.Range(0, 4).Select(_ => new[] { "create-experiments", _folder, "16" })], token);
        Assert.That(facts, Has.Count.EqualTo(64));
        Assert.That(facts.Select(f => f[2]).Distinct().Count(), Is.EqualTo(1), "all got the same one");
        await using var mlops = MLOpsClient.Create(_folder);
        Assert.That(await mlops.Experiments.ListAsync(token).CountAsync(token), Is.EqualTo(1));
    }

    [Test]
    [CancelAfter(300_000)]
    public async Task Sixty_four_creators_in_one_process_make_one_experiment(CancellationToken token)
    {
        await using var mlops = MLOpsClient.Create(_folder);
        var made = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(async () => await mlops.Experiments.GetOrCreateAsync("one", token), token)));
        Assert.That(made.Distinct().Count(), Is.EqualTo(1));
        Assert.That(await mlops.Experiments.ListAsync(token).CountAsync(token), Is.EqualTo(1));
    }

    /// <summary>Starts children, lets them begin at one moment, and gives what they said; a child that fails fails the test.</summary>
    private static async Task<List<string[]>> TogetherAsync(IReadOnlyList<string[]> commands, CancellationToken token)
    {
        var children = commands.Select(args => new Child(args)).ToList();
        try
        {
            foreach (var child in children)
            {
                if (await child.NextAsync(token) is not ["ready"]) Assert.Fail($"The child did not get ready: {(await child.EndAsync(token)).Errors}");
            }

            foreach (var child in children) await child.BeginAsync(token);
            var facts = await Task.WhenAll(children.Select(child => child.RestAsync(token)));
            foreach (var child in children) Assert.That(await child.EndAsync(token), Is.EqualTo((0, "")));
            return [.. facts.SelectMany(f => f)];
        }
        finally
        {
            foreach (var child in children) child.Dispose();
        }
    }
}
