using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using MLOps.Storage;

namespace MLOps.AspNetCore.Tests.Health;

public sealed class HealthCheckTests
{
    [Test]
    public async Task It_is_live_at_once_and_ready_when_every_declared_model_has_a_version()
    {
        await using var app = await TestApp.StartAsync(o => o.AddModel<Row, double>("second"));

        using var live = await app.Client.GetAsync("/health/live");
        using var before = await app.Client.GetAsync("/health/ready");
        await app.PromoteAsync(1);
        var half = await CheckAsync(app, "mlops-ready");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(live.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(before.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
            Assert.That(half.Status, Is.EqualTo(HealthStatus.Unhealthy));
            Assert.That(half.Description, Does.Contain("second").And.Not.Contain("scaled"));
            Assert.That(half.Data["scaled"], Does.Contain("version 1"));
            Assert.That(half.Data["second"], Does.Contain("no version loaded"));
        }
    }

    [Test]
    public async Task It_is_ready_once_all_are_loaded()
    {
        await using var app = await TestApp.StartAsync();
        await app.PromoteAsync(1);

        using var ready = await app.Client.GetAsync("/health/ready");

        Assert.That(ready.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task A_store_that_does_not_answer_makes_it_unready_but_not_dead()
    {
        await using var app = await TestApp.StartAsync(o => o.Use<IRecordStore>(_ => new Unreachable()));

        using var live = await app.Client.GetAsync("/health/live");
        using var ready = await app.Client.GetAsync("/health/ready");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(live.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(ready.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
            Assert.That(await ready.Content.ReadAsStringAsync(), Is.EqualTo("Unhealthy"));
        }
    }

    [Test]
    public async Task Each_store_has_checks_of_its_own()
    {
        await using var app = await TestApp.StartAsync(services: s =>
        {
            s.AddMLOps("tenant", o => TestApp.Declare(o.UseMemory()));
            s.AddHealthChecks().AddMLOps("tenant");
        });
        await app.PromoteAsync(1);

        Assert.That((await CheckAsync(app, "mlops-ready")).Status, Is.EqualTo(HealthStatus.Healthy));
        Assert.That((await CheckAsync(app, "mlops-ready-tenant")).Status, Is.EqualTo(HealthStatus.Unhealthy));
    }

    private static async Task<HealthReportEntry> CheckAsync(TestApp app, string name) =>
        (await app.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(r => r.Name == name)).Entries[name];

    private sealed class Unreachable : IRecordStore
    {
        public ValueTask<Record?> GetAsync(RecordKey key, CancellationToken cancellationToken = default) => throw new IOException("The network is down.");

        public ValueTask<RecordPage> QueryAsync(RecordQuery query, CancellationToken cancellationToken = default) => throw new IOException("The network is down.");

        public ValueTask<CommitResult> CommitAsync(RecordCommit commit, CancellationToken cancellationToken = default) => throw new IOException("The network is down.");

        public IAsyncEnumerable<RecordChange> WatchAsync(long after, IReadOnlyCollection<string> collections, CancellationToken cancellationToken = default) => throw new IOException("The network is down.");
    }
}
