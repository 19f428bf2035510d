using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MLOps.Experiments;
using MLOps.Models;
using MLOps.Predictions;
using MLOps.Serving;
using MLOps.Storage;
using MLOps.Storage.Memory;

namespace MLOps.Tests.DependencyInjection;

public sealed class ShutdownTests
{
    [Test]
    public async Task A_run_that_cannot_be_written_keeps_neither_other_runs_nor_predictions_from_being_written([Values] bool synchronously)
    {
        var kept = new MemoryStreamStore();
        var streams = new FaultyStreams(kept) { Failure = new IOException("The disk is away.") };
        var logs = new RecordedLogs();
        var provider = new ServiceCollection()
            .AddSingleton<ILoggerFactory>(logs).AddSingleton<IStreamStore>(streams)
            .AddMLOps(o => o.Use<IRecordStore>(_ => new MemoryRecordStore()).Use<IBlobStore>(_ => new MemoryBlobStore())).BuildServiceProvider(true);

        // A container closes the youngest first: the predictions come after the runs.
        var predictions = provider.GetRequiredService<PredictionLog>();
        var version = new ModelVersion { Model = "m", Number = 1, Digest = Digest.Of("m"), Format = "f", CreatedBy = "test", CreatedAt = default };
        var generation = (await predictions.OpenGenerationAsync(version, "champion")).ToNumber();
        Assert.That(predictions.Open("m", []).Post<object>(new PredictionId(generation, 1), 0.5, DateTimeOffset.UnixEpoch.Ticks, null, this));
        var tracker = provider.GetRequiredService<IExperimentTracker>();
        var runs = new List<IRun>();
        for (var i = 0; i < 5; i++) runs.Add(await tracker.StartRunAsync("e"));
        var broken = MetricStreams.Prefix(runs[2].Id);
        streams.Fails = stream => stream.StartsWith(broken, StringComparison.Ordinal);
        foreach (var run in runs) run.Log(run.Metric("loss"), 0.25, 1);

        if (synchronously) provider.Dispose();
        else await provider.DisposeAsync();

        var written = await kept.ListAsync("").Select(s => s.Name).ToListAsync();
        Assert.That(written.Where(s => s.StartsWith("runs/", StringComparison.Ordinal)), Is.EquivalentTo(runs.Where(r => r != runs[2]).Select(r => MetricStreams.Of(r.Id, "loss"))));
        Assert.That(written, Has.Some.Not.StartWith("runs/"), "the prediction");
        Assert.That(logs.Messages, Has.Some.StartWith($"Error: The store was closed before all metrics of run {runs[2].Id}"));
    }

    [Test]
    public void A_client_of_a_script_that_is_closed_the_old_way_closes_its_store()
    {
        IModelServer server;
        using (var mlops = MLOpsClient.Create(configure: o => o.UseMemory()))
        {
            Assert.That(mlops.Experiments, Is.Not.Null);
            server = mlops.Server;
        }

        Assert.That(async () => await server.RefreshAsync("m"), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void A_host_that_is_closed_the_old_way_closes_every_room_and_its_client()
    {
        var provider = new ServiceCollection().AddMLOps(o => o.UseMemory()).BuildServiceProvider(true);
        var mlops = provider.GetRequiredService<MLOpsClient>();
        Assert.That(new object[] { mlops.Datasets, mlops.Experiments, mlops.Models, mlops.Server, mlops.Monitor, mlops.Deployments }, Has.All.Not.Null);
        var server = mlops.Server;

        Assert.That(provider.Dispose, Throws.Nothing);

        Assert.That(async () => await server.RefreshAsync("m"), Throws.TypeOf<ObjectDisposedException>());
    }
}
