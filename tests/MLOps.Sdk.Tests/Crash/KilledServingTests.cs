using MLOps.Storage.Decorators;

namespace MLOps.Crash;

public sealed class KilledServingTests
{
    [Test]
    [CancelAfter(120_000)]
    public async Task A_killed_process_loses_at_most_what_it_had_not_written_and_the_next_report_says_so(CancellationToken token)
    {
        using var folder = new TemporaryFolder();
        var store = folder.At("store");
        await using var mlops = MLOpsClient.Create(store, WatchedModels.Declare);
        await WatchedModels.RegisterAsync(mlops, token);

        using var written = new Child("watched", store, "0", "3000", "flush");
        Assert.That(await written.NextAsync(token), Is.EqualTo(new[] { "answered", "3000" }));
        using var unwritten = new Child("watched", store, "3000", "2000", "none");
        Assert.That(await unwritten.NextAsync(token), Is.EqualTo(new[] { "answered", "2000" }));
        written.Kill();
        unwritten.Kill();
        await written.EndAsync(token);
        await unwritten.EndAsync(token);

        var report = await mlops.Monitor.EvaluateAsync("watched", WatchedModels.Day, cancellationToken: token);
        await TestContext.Out.WriteLineAsync($"{report.Rows} of 5000 rows are there. {string.Join(' ', report.Gaps)}");
        Assert.That(report.Rows, Is.InRange(3_000, 5_000), "what was written stays");
        Assert.That(report.Gaps, Has.Some.Contains("ended without a word"));
        Assert.That(await mlops.Predictions.ExportAsync("watched", WatchedModels.Day, token).Select(p => p.Id).Distinct().CountAsync(token), Is.EqualTo(report.Rows), "no row twice");
    }
}
