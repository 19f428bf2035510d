using MLOps.Experiments;
using MLOps.Models;

namespace MLOps.Crash;

/// <summary>Opens a store after a crash and finds whatever is lost, torn or dangling.</summary>
internal static class StoreInspection
{
    /// <summary>Checks everything acknowledged in one life, and everything visible that came with it.</summary>
    /// <param name="mlops">The store.</param>
    /// <param name="experiment">The experiment of the life's runs.</param>
    /// <param name="life">What was acknowledged.</param>
    /// <param name="audit">Whether to walk the audit chain, which grows with every life.</param>
    public static async Task CheckAsync(MLOpsClient mlops, string experiment, Acknowledged life, bool audit)
    {
        await CheckRunsAsync(mlops, experiment, life);
        await CheckDataAsync(mlops, life);
        await CheckModelsAsync(mlops, life);
        if (audit) Assert.That(await mlops.Audit.VerifyAsync(), Is.GreaterThanOrEqualTo(life.Models.Count + life.Aliases.Count));
    }

    private static async Task CheckRunsAsync(MLOpsClient mlops, string experiment, Acknowledged life)
    {
        var runs = await mlops.Experiments.QueryRunsAsync(new RunQuery { Experiment = experiment }).ToDictionaryAsync(r => r.Id);
        Assert.That(runs.Keys, Is.SupersetOf(life.Runs), "a run was lost");
        foreach (var run in runs.Values)
        {
            var count = 0L;
            await foreach (var point in mlops.Experiments.ReadMetricAsync(run.Id, "loss"))
            {
                var expected = count % 10 == 9 ? double.NaN : count * 0.25;
                if (point.Step != count || !point.Value.Equals(expected)) Assert.Fail($"Point {count} of run {run.Id} is {point}.");
                count++;
            }

            Assert.That(count, Is.GreaterThanOrEqualTo(life.Points.GetValueOrDefault(run.Id)), $"points of run {run.Id} were lost");
            Assert.That(run.Metrics.GetValueOrDefault("loss")?.Count ?? 0, Is.EqualTo(count), "a summary does not agree with its stream");
            if (life.Finished.Contains(run.Id)) Assert.That(run.Status, Is.EqualTo(RunStatus.Finished));
            else Assert.That(run.Status, Is.EqualTo(RunStatus.Killed).Or.EqualTo(RunStatus.Finished), "a run of a dead process is still Running");

            foreach (var artifact in run.Artifacts)
            {
                await using var content = await mlops.Experiments.OpenArtifactAsync(run.Id, artifact.Path);
                Assert.That(await Digest.OfAsync(content), Is.EqualTo(artifact.Digest), "a half artifact is visible");
            }
        }

        foreach (var (run, path, digest) in life.Artifacts)
            Assert.That(runs[run].Artifacts.Single(a => a.Path == path).Digest.Hex, Is.EqualTo(digest), "an artifact was lost");
    }

    private static async Task CheckDataAsync(MLOpsClient mlops, Acknowledged life)
    {
        foreach (var (id, path, digest) in life.Data)
        {
            var version = await mlops.Datasets.ResolveAsync(id);
            await using var content = await mlops.Datasets.OpenAsync(version, path);
            Assert.That((await Digest.OfAsync(content)).Hex, Is.EqualTo(digest), $"data version {id} holds other bytes");
        }

        if (await mlops.Datasets.ListAsync().CountAsync() == 0) return;
        Assert.That((await mlops.DatasetUpkeep.VerifyAsync(new() { Level = MLOps.Data.VerifyLevel.Structure })).IsSound, Is.True, "a version lacks a part");
        var log = await mlops.Datasets.LogAsync("data").Select(v => v.Id).ToListAsync();
        Assert.That(log, Is.SupersetOf(life.Data.Select(d => d.Version)), "the head leads past a version");
        var target = Directory.CreateTempSubdirectory("mlops-crash-");
        try
        {
            var head = await mlops.Datasets.ResolveAsync("data");
            await mlops.Datasets.RestoreAsync(head, target.FullName);
            Assert.That(target.EnumerateFiles("*", SearchOption.AllDirectories).Count(), Is.EqualTo(head.FileCount));
        }
        finally
        {
            target.Delete(recursive: true);
        }
    }

    private static async Task CheckModelsAsync(MLOpsClient mlops, Acknowledged life)
    {
        var versions = await mlops.Models.VersionsAsync("model").OrderBy(v => v.Number).ToListAsync();
        Assert.That(versions.Select(v => v.Number), Is.EqualTo(Enumerable.Range(1, versions.Count)), "version numbers have a gap");
        foreach (var (number, digest) in life.Models)
        {
            Assert.That(number, Is.LessThanOrEqualTo(versions.Count), "a model version was lost");
            Assert.That(versions[number - 1].Digest.Hex, Is.EqualTo(digest));
        }

        // The last ones may be visible without having been acknowledged: they must be whole all the same.
        foreach (var version in versions.Where(v => life.Models.ContainsKey(v.Number)).Concat(versions.TakeLast(2)))
        {
            foreach (var file in version.Files)
            {
                await using var content = await mlops.Models.OpenAsync(version, file.Path);
                Assert.That(await Digest.OfAsync(content), Is.EqualTo(file.Digest), $"a file of {version} is damaged");
            }
        }

        await CheckAliasAsync(mlops, life, versions);
    }

    private static async Task CheckAliasAsync(MLOpsClient mlops, Acknowledged life, List<ModelVersion> versions)
    {
        var aliases = await mlops.Models.AliasesAsync("model").ToListAsync();
        Assert.That(aliases, Has.Count.LessThanOrEqualTo(1));
        if (aliases is not [var alias])
        {
            Assert.That(life.Aliases, Is.Empty, "the alias was lost");
            return;
        }

        Assert.That(alias.Number, Is.InRange(1, versions.Count), "the alias dangles");
        Assert.That((await mlops.Models.ResolveAsync("model@champion")).Number, Is.EqualTo(alias.Number));
        if (life.Aliases.Count == 0) return;
        Assert.That(alias.Revision, Is.GreaterThanOrEqualTo(life.Aliases.Keys.Max()), "an alias move was lost");
        var history = await mlops.Models.AliasHistoryAsync("model", "champion").ToDictionaryAsync(m => m.Revision, m => m.Number);
        Assert.That(history[alias.Revision], Is.EqualTo(alias.Number));
        foreach (var (revision, number) in life.Aliases) Assert.That(history[revision], Is.EqualTo(number), $"move {revision} of the alias was lost");
    }
}
