using Microsoft.Extensions.DependencyInjection;
using MLOps.Crash;
using MLOps.Delivery;
using MLOps.Records;
using MLOps.Storage;
using MLOps.Tests.Monitoring;
using LineModel = MLOps.Tests.Monitoring.LineModel;

namespace MLOps.Tests.Delivery;

/// <summary>A controller that is killed before and after every commit, one process after the other.</summary>
internal sealed class KilledControllerTests
{
    [TestCase(0.0, "Draft Gating AwaitingApproval Loading Shadow Canary Canary Baking Promoted")]
    [TestCase(0.5, "Draft Gating AwaitingApproval Loading Shadow RollingBack RolledBack")]
    [CancelAfter(900_000)]
    public async Task Killed_at_every_transition_the_deployment_goes_on_from_where_it_was(double failures, string states, CancellationToken token)
    {
        var folder = Directory.CreateTempSubdirectory("mlops-killed-").FullName;
        try
        {
            await using var mlops = MLOpsClient.Create(folder, o => o.AddModelType("line", LineJson.Default.LineModel));
            for (var i = 1; i <= 2; i++) await mlops.Models.RegisterAsync("line", new LineModel { Slope = i }, cancellationToken: token);
            await mlops.Models.SetAliasAsync("line", "champion", 1, cancellationToken: token);
            var store = mlops.Services.Get<IRecordStore>();
            var fleet = new Fleet(store, TimeProvider.System, servers: 2);
            var routes = Fleet.NewRoutes(store, TimeProvider.System);
            await mlops.Deployments.StartAsync(new()
            {
                Model = "line", Number = 2, ShadowRequests = 100, Canary = [0.3, 0.5], MinimumRequests = 30, MinimumStep = TimeSpan.Zero, Bake = TimeSpan.Zero, Guards = [new(GuardKind.Errors, 0.2)], Gates = [],
            }, token);
            var (kills, published) = (0, new HashSet<long> { 0 });
            while (await mlops.Deployments.FindAsync("line", token) is { IsFinished: false } before)
            {
                await fleet.ObserveAsync();
                await fleet.ServeAsync(300, 0, failures);
                // Before the commit too for the whole way up; on the way down with full counts only.
                foreach (var stop in failures == 0 || Effort.Full ? new[] { "before", "after" } : ["after"])
                {
                    using var child = new Child("deploy", folder, stop);
                    Assert.That(await child.NextAsync(token), Is.EqualTo(new[] { stop, $"{before.Id}/{before.Epoch + 1:D19}" }), "it goes on from where the last one was killed");
                    child.Kill();
                    await child.EndAsync(token);
                    kills++;
                    Assert.That((await mlops.Deployments.FindAsync("line", token)).Epoch, Is.EqualTo(before.Epoch + (stop == "after" ? 1 : 0)), "all of a commit or nothing");
                    if ((await routes.GetAsync("line", "champion", token))?.Value is { } route) published.Add(route.Revision);
                }

                Assert.That(fleet.Followed.Keys.Except(published), Is.Empty, "a server follows a route that was never published");
            }

            var history = await mlops.Deployments.ExplainAsync("line", token).ToListAsync(token);
            Assert.That(string.Join(' ', history.Select(h => h.Transition.To)), Is.EqualTo(states));
            Assert.That(history, Has.All.Property("IsConfirmed").True);
            Assert.That(await mlops.Models.AliasHistoryAsync("line", "champion", token).Select(m => m.Number).ToListAsync(token), Is.EqualTo(failures == 0 ? new[] { 2, 1 } : [1]), "promoted once or never");
            Assert.That(await mlops.Services.Get<AuditChain>().VerifyAsync(token), Is.GreaterThan(history.Count));
            await fleet.ObserveAsync();
            Assert.That(fleet.Share, Is.Zero, "the alias alone decides in the end");
            await TestContext.Out.WriteLineAsync($"{kills} kills, {history.Count} changes of state");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    [CancelAfter(900_000)]
    public async Task Killed_at_any_moment_nothing_is_done_twice(CancellationToken token)
    {
        var folder = Directory.CreateTempSubdirectory("mlops-killed-").FullName;
        try
        {
            await using var mlops = MLOpsClient.Create(folder, o => o.AddModelType("line", LineJson.Default.LineModel));
            await mlops.Models.RegisterAsync("line", new LineModel { Slope = 1 }, cancellationToken: token);
            await mlops.Models.SetAliasAsync("line", "champion", 1, cancellationToken: token);
            var fleet = new Fleet(mlops.Services.Get<IRecordStore>(), TimeProvider.System, servers: 2);
            var (random, kills, promotions) = (new Random(88), 0, Effort.Of(1, 25));
            for (var number = 2; number <= promotions + 1; number++)
            {
                await mlops.Models.RegisterAsync("line", new LineModel { Slope = number }, cancellationToken: token);
                var id = (await mlops.Deployments.StartAsync(new()
                {
                    Model = "line", Number = number, ShadowRequests = 0, Canary = [0.3, 0.5], MinimumRequests = 30, MinimumStep = TimeSpan.Zero, Bake = TimeSpan.Zero, Guards = [new(GuardKind.Errors, 0.2)], Gates = [],
                }, token)).Id;
                while (!(await mlops.Deployments.FindAsync(id, token)).IsFinished)
                {
                    using var child = new Child("deploy", folder, "never");
                    var (said, more) = (child.NextAsync(token), random.Next(4));
                    // Until it has done something, and a moment longer that is no point of its choosing.
                    while (!said.IsCompleted || more-- > 0)
                    {
                        await fleet.ObserveAsync();
                        await fleet.ServeAsync(100, number: number - 1);
                        if ((await mlops.Deployments.FindAsync(id, token)).IsFinished) break;
                    }

                    child.Kill();
                    await said;
                    await child.EndAsync(token);
                    kills++;
                }

                Assert.That((await mlops.Deployments.ExplainAsync(id, token).Select(h => h.Transition.Epoch).ToListAsync(token)), Is.EqualTo(Enumerable.Range(1, 8)));
            }

            Assert.That(await mlops.Models.AliasHistoryAsync("line", "champion", token).Select(m => m.Number).ToListAsync(token), Is.EqualTo(Enumerable.Range(1, promotions + 1).Reverse()));
            await TestContext.Out.WriteLineAsync($"{kills} kills, {promotions} promotions");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
