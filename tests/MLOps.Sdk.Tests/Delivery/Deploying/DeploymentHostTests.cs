using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MLOps.Delivery;
using MLOps.Testing;
using MLOps.Tests.Monitoring;

namespace MLOps.Tests.Delivery;

internal sealed class DeploymentHostTests
{
    [Test]
    [CancelAfter(300_000)]
    public async Task A_host_looks_after_deployments_by_itself_also_after_the_store_was_away(CancellationToken token)
    {
        var plan = new FaultPlan();
        await using var world = new LiveWorld(b => b.AddFaults(plan).AddDeploymentController(new() { Interval = TimeSpan.FromSeconds(1) }).AddDeploymentController(new() { Interval = TimeSpan.FromSeconds(1) }));
        var hosts = world.Get<IEnumerable<IHostedService>>().OfType<DeploymentHost>().ToList();
        Assert.That(hosts, Has.Count.EqualTo(1), "telling twice is harmless");
        await world.RegisterAsync();
        await world.Deployments.StartAsync(new() { Model = "line", Number = 1, WithoutChampion = true }, token);
        plan.Add(new(StorageCall.RecordQuery, plan.Count(StorageCall.RecordQuery) + 1, FaultKind.FailBefore));
        await hosts[0].StartAsync(token);
        while (plan.Happened.Count == 0 || world.Clock.WaitingTimers == 0) await Task.Yield();
        Assert.That((await world.Deployments.FindAsync("line", token)).State, Is.EqualTo(DeploymentState.Draft));
        while (!(await world.Deployments.FindAsync("line", token)).IsFinished)
        {
            token.ThrowIfCancellationRequested();
            world.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await hosts[0].StopAsync(token);
        Assert.That((await world.Deployments.FindAsync("line", token)).State, Is.EqualTo(DeploymentState.Promoted));
    }

    [Test]
    public void What_a_controller_cannot_keep_is_refused_when_it_is_said()
    {
        Assert.That(() => new LiveWorld(b => b.AddDeploymentController(new() { Interval = TimeSpan.Zero })), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(() => new LiveWorld(b => b.AddGate("a/b", _ => Gate.Size(1))), Throws.TypeOf<MLOpsInvalidException>());
        using var twice = new LiveWorldOwner(new LiveWorld(b => b.AddGate("line", _ => Gate.Size(1)).AddGate("line", _ => Gate.Size(2))));
        Assert.That(() => twice.World.Get<DeploymentController>(), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("two gates named 'size'"));
    }

    [Test]
    public void A_client_that_is_disposed_the_old_way_gives_the_lead_back()
    {
        var folder = Directory.CreateTempSubdirectory("mlops-old-").FullName;
        using (var mlops = MLOpsClient.Create(folder)) Assert.That(mlops.Services.Get<DeploymentController>(), Is.Not.Null);
        Directory.Delete(folder, recursive: true);
    }

    private sealed class LiveWorldOwner(LiveWorld world) : IDisposable
    {
        public LiveWorld World => world;

        public void Dispose() => world.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}
