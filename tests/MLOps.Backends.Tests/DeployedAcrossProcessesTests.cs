using Microsoft.Extensions.DependencyInjection;
using MLOps.Crash;
using MLOps.CrashWorker.Verbs;
using MLOps.Delivery;

namespace MLOps.Backends;

/// <summary>The whole loop for real: one process serves users, another looks after deployments, a third trains; they share nothing but PostgreSQL and a folder.</summary>
public sealed class DeployedAcrossProcessesTests
{
    [Test]
    [CancelAfter(300_000)]
    public async Task A_bad_candidate_is_taken_back_and_a_good_one_comes_to_all_users(CancellationToken token)
    {
        using var store = new RemoteStore("folder");
        await using var trainer = store.Open(o => o.AddModelType("crash", CrashModelJson.Default.CrashModel).AddModelType("fragile", FragileModelJson.Default.FragileModel));
        await trainer.Deployments.PromoteAsync(await trainer.Models.RegisterAsync("line", new CrashModel(1, []), cancellationToken: token), cancellationToken: token);
        using var server = new Child(store.Environment, "serve-traffic", store.Address);
        Assert.That(await server.NextAsync(token), Is.EqualTo(new[] { "serving", "1", "champion" }));
        using var controller = new Child(store.Environment, "deploy", store.Address, "never");
        var spec = new DeploymentSpec
        {
            Model = "line", Number = 2, ShadowRequests = 0, Canary = [0.2, 0.5], MinimumRequests = 100, MinimumStep = TimeSpan.FromSeconds(1), Bake = TimeSpan.FromSeconds(2), Guards = [new(GuardKind.Errors, 0.05)],
        };

        await trainer.Models.RegisterAsync("line", new FragileModel(2, 8), cancellationToken: token);
        var taken = await EndAsync(trainer, await trainer.Deployments.StartAsync(spec, token), token);
        Assert.That(taken.State, Is.EqualTo(DeploymentState.RolledBack), taken.Reason);
        var trip = await trainer.Deployments.ExplainAsync(taken.Id, token).FirstAsync(e => e.Transition.To is DeploymentState.RollingBack, token);

        await trainer.Models.RegisterAsync("line", new CrashModel(3, []), cancellationToken: token);
        var done = await EndAsync(trainer, await trainer.Deployments.StartAsync(spec with { Number = 3, ShadowRequests = 100 }, token), token);
        Assert.That(done.State, Is.EqualTo(DeploymentState.Promoted), done.Reason);
        var explained = await trainer.Deployments.ExplainAsync(done.Id, token).ToListAsync(token);
        Assert.That(explained, Has.All.Property("IsConfirmed").True);

        var said = new List<string>();
        while (!said.Contains("serving 3 champion")) said.Add(string.Join(' ', await server.NextAsync(token) ?? throw new InvalidOperationException((await server.EndAsync(token)).Errors)));
        Assert.That(said, Is.EqualTo(new[] { "serving 2 candidate", "serving 3 candidate", "serving 3 champion" }));
        server.EndInput();
        controller.EndInput();
        var traffic = (await server.RestAsync(token))[^1];
        var moves = await controller.RestAsync(token);
        Assert.That(await server.EndAsync(token), Is.EqualTo((0, "")));
        Assert.That(await controller.EndAsync(token), Is.EqualTo((0, "")));
        Assert.That(moves, Has.Count.EqualTo((taken.Epoch - 1) + (done.Epoch - 1)), "the other process made every step");
        Assert.That(await trainer.Models.AliasHistoryAsync("line", "champion", token).Select(m => m.Number).ToListAsync(token), Is.EqualTo(new[] { 3, 1 }));
        await TestContext.Out.WriteLineAsync($"{traffic[1]} answered and {traffic[2]} failed; taken back because: {trip.Transition.Reason}; promoted in {(explained[^1].Transition.At - explained[0].Transition.At).TotalSeconds:F1} s");
        Assert.That(int.Parse(traffic[2], null), Is.LessThan(int.Parse(traffic[1], null) / 20));
    }

    private static async Task<Deployment> EndAsync(MLOpsClient trainer, Deployment deployment, CancellationToken token)
    {
        await foreach (var told in trainer.Outbox.WatchAsync("line", token))
        {
            if (told.Type == MLOps.Records.ModelEventType.DeploymentChanged && told.Data["deployment"] == deployment.Id && await trainer.Deployments.FindAsync(deployment.Id, token) is { IsFinished: true } done) return done;
        }

        return deployment;
    }
}
