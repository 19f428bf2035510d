using Microsoft.Extensions.DependencyInjection;
using MLOps.Delivery;
using MLOps.Records;
using MLOps.Storage;
using MLOps.Testing;
using MLOps.Tests.Monitoring;
using static MLOps.Delivery.DeploymentState;

namespace MLOps.Tests.Delivery;

/// <summary>Controllers, servers, traffic, people and a store that fails, in a random order: what must always hold is looked at after every step.</summary>
internal sealed class DeploymentPropertyTests
{
    private static readonly DeploymentSpec s_spec = new()
    {
        Model = "line", Number = 2, ShadowRequests = 200, Canary = [0.1, 0.3, 0.5], MinimumRequests = 50, MinimumStep = TimeSpan.FromMinutes(2), Bake = TimeSpan.FromMinutes(10),
        Guards = [new(GuardKind.Errors, 0.2)],
    };

    [Test]
    [CancelAfter(1_200_000)]
    public async Task Whatever_the_order_of_ticks_and_crashes_the_share_rises_only_on_evidence_and_observed_routes()
    {
        var ends = new Dictionary<DeploymentState, int>();
        var (runs, faults) = (Effort.Of(15, 500), 0);
        for (var seed = 0; seed < runs; seed++)
        {
            var (end, happened) = await OnceAsync(seed);
            ends[end] = ends.GetValueOrDefault(end) + 1;
            faults += happened;
        }

        TestContext.Out.WriteLine($"{runs} random lives with {faults} faults: {string.Join(", ", ends.Select(e => $"{e.Value} {e.Key}"))}");
        Assert.That(ends.Keys, Is.SupersetOf(new[] { Promoted, RolledBack }), "the lives must reach both ends to mean anything");
    }

    private static async Task<(DeploymentState End, int Faults)> OnceAsync(int seed)
    {
        var random = new Random(seed);
        var (one, two) = (new FaultPlan(), new FaultPlan());
        await using var world = await DeploymentControllerTests.TwoAsync();
        await using var first = new LiveWorld(b => b.AddFaults(one), world);
        await using var second = new LiveWorld(b => b.AddFaults(two), world);
        var store = world.Get<IRecordStore>();
        var fleet = new Fleet(store, world.Clock, servers: 3, seed);
        var routes = Fleet.NewRoutes(store, world.Clock);
        var bad = seed % 3 == 0 ? 0.4 : 0;
        await world.Deployments.StartAsync(s_spec);
        var (published, shares) = (new Dictionary<long, MLOps.Serving.Route>(), new List<double> { 0 });
        for (var step = 0; step < 600; step++)
        {
            switch (random.Next(8))
            {
                case 0 or 1: await TickAsync(first, one, random); break;
                case 2: await TickAsync(second, two, random); break;
                case 3 or 4: await fleet.ObserveAsync(random.Next(3)); break;
                case 5: await fleet.ServeAsync(60, 0.02, 0.02 + bad); break;
                case 6: world.Clock.Advance(TimeSpan.FromSeconds(random.Next(1, 90))); break;
                default: if (random.Next(40) == 0) await PersonAsync(world, random); break;
            }

            await CheckAsync();
            if ((await world.Deployments.FindAsync("line")).IsFinished) break;
        }

        var end = await world.Deployments.FindAsync("line");
        var history = await world.Deployments.ExplainAsync(end.Id).ToListAsync();
        Assert.That(history.Select(h => h.Transition.Epoch), Is.EqualTo(Enumerable.Range(1, history.Count)), $"seed {seed}: the history has no gap and nothing twice");
        Assert.That(history, Has.All.Property("IsConfirmed").True, $"seed {seed}");
        foreach (var risen in history.Select(h => h.Transition).Where(t => t.Command is null && t.To is Canary or Promoted && t.Before?.State is not Paused))
        {
            var evidence = risen.Evidence!;
            Assert.That(evidence.Servers, Is.Not.Empty.And.All.Matches<ServerObservation>(s => s.Revision >= risen.Before!.RouteRevision), $"seed {seed}: {risen.To} before all had observed the route");
            Assert.That(evidence.Exposures[^1].Exposure.Revision, Is.EqualTo(risen.Before!.RouteRevision));
            Assert.That(Math.Min(evidence.Exposures[^1].Candidate.Requests, evidence.Exposures[^1].Champion.Requests), Is.GreaterThanOrEqualTo(s_spec.MinimumRequests), $"seed {seed}: {risen.To} without traffic");
        }

        var moves = await world.Registry.AliasHistoryAsync("line", "champion").Select(m => m.Number).ToListAsync();
        Assert.That(moves, Is.EqualTo(end.State is Promoted ? new[] { 2, 1 } : [1]), $"seed {seed}: promoted once or never");
        Assert.That(await world.Get<AuditChain>().VerifyAsync(), Is.GreaterThan(0));
        return (end.State, one.Happened.Count + two.Happened.Count);

        async Task CheckAsync()
        {
            var route = (await routes.GetAsync("line", "champion", default))?.Value;
            if (route is not null && published.TryAdd(route.Revision, route)) shares.Add(route.Arms.Skip(1).Sum(a => a.Share) / 10_000.0);
            Assert.That(fleet.Followed.Keys.Except(published.Keys), Is.Empty, $"seed {seed}: a server follows a route that was never published");
            var now = await world.Deployments.FindAsync("line");
            Assert.That(route is null ? 0 : now.State is Promoted ? 1 : route.Arms.Skip(1).Sum(a => a.Share) / 10_000.0, Is.EqualTo(now.Share), $"seed {seed}: state and route are written together");
            var steps = s_spec.Canary.Prepend(0).ToList();
            if (shares.Count > 1 && shares[^1] > shares[^2]) Assert.That(steps.IndexOf(shares[^1]), Is.EqualTo(steps.IndexOf(shares[^2]) + 1), $"seed {seed}: a step was left out");
        }
    }

    private static async Task TickAsync(LiveWorld world, FaultPlan plan, Random random)
    {
        if (random.Next(3) == 0)
        {
            var call = random.Next(3) switch { 0 => StorageCall.RecordGet, 1 => StorageCall.RecordQuery, _ => StorageCall.RecordCommit };
            plan.Add(new(call, plan.Count(call) + random.Next(1, 4), call == StorageCall.RecordCommit && random.Next(2) == 0 ? FaultKind.FailAfter : FaultKind.FailBefore));
        }

        try
        {
            await world.Get<DeploymentController>().ProcessAsync();
        }
        catch (MLOpsUnavailableException)
        {
            // As if its process had died there: what it knew is in the store.
        }
    }

    private static async Task PersonAsync(LiveWorld world, Random random)
    {
        try
        {
            await world.Deployments.CommandAsync("line", random.Next(2) == 0 ? DeploymentCommand.Pause : DeploymentCommand.Resume, "a whim");
        }
        catch (MLOpsConflictException)
        {
            // It was not the moment.
        }
    }
}
