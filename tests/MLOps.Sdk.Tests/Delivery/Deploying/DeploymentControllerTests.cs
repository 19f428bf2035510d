using Microsoft.Extensions.DependencyInjection;
using MLOps.Delivery;
using MLOps.Models;
using MLOps.Records;
using MLOps.Storage;
using MLOps.Testing;
using MLOps.Tests.Monitoring;
using static MLOps.Delivery.DeploymentState;

namespace MLOps.Tests.Delivery;

internal sealed class DeploymentControllerTests
{
    private static readonly DeploymentSpec s_spec = new() { Model = "line", Number = 2, ShadowRequests = 500, Canary = [0.1, 0.5], MinimumRequests = 100, MinimumStep = TimeSpan.FromMinutes(5), Bake = TimeSpan.FromMinutes(30) };

    [Test]
    public async Task A_good_candidate_comes_through_every_state_to_the_alias_and_each_step_is_explained()
    {
        await using var world = await TwoAsync(b => b.AddGate("line", _ => Gate.Size(1_000_000)));
        var fleet = new Fleet(world.Get<IRecordStore>(), world.Clock, servers: 2);
        var started = await world.Deployments.StartAsync(s_spec);
        Assert.That((started.State, started.ChampionNumber, started.Share), Is.EqualTo((Draft, 1, 0.0)));
        await RunAsync(world, fleet);

        var done = await world.Deployments.FindAsync("line");
        Assert.That((done.State, done.Share), Is.EqualTo((Promoted, 1.0)), done.Reason);
        var history = await world.Deployments.ExplainAsync(done.Id).ToListAsync();
        Assert.That(history.Select(h => h.Transition.To), Is.EqualTo(new[] { Draft, Gating, AwaitingApproval, Loading, Shadow, Canary, Canary, Baking, Promoted }));
        Assert.That(history.Select(h => h.Transition.Epoch), Is.EqualTo(Enumerable.Range(1, 9)));
        Assert.That(history, Has.All.Property("IsConfirmed").True, "what was kept leads to the same decisions again");
        Assert.That(history[^1].Transition.Guards, Has.Count.EqualTo(2).And.All.Property("IsSafe").True);
        Assert.That((await world.Registry.ResolveAsync("line@champion")).Number, Is.EqualTo(2));
        Assert.That(await world.Registry.AliasHistoryAsync("line", "champion").Select(m => m.Number).ToListAsync(), Is.EqualTo(new[] { 2, 1 }), "one move");
        Assert.That(await world.Registry.VerdictsAsync("line", 2).Select(v => (v.Gate, v.Outcome, v.ChampionNumber)).ToListAsync(), Is.EqualTo(new[] { ("size", GateOutcome.Passed, (int?)1) }));
        var last = (await Fleet.NewRoutes(world.Get<IRecordStore>(), world.Clock).GetAsync("line", "champion", default))!.Value;
        Assert.That((last.Arms.Single().Number, last.Shadow), Is.EqualTo(((int?)null, (MLOps.Serving.RouteShadow?)null)), "the alias alone decides again");
        Assert.That(await world.Get<AuditChain>().VerifyAsync(), Is.GreaterThan(9));
        Assert.That((await world.Deployments.StartAsync(s_spec with { Number = 1 })).ChampionNumber, Is.EqualTo(2), "the slot is free again");
    }

    [TestCase(0.0, 0.2)]
    [TestCase(0.02, 0.25)]
    public async Task A_candidate_that_fails_more_often_is_taken_back_and_the_alias_never_moved(double champion, double candidate)
    {
        await using var world = await TwoAsync();
        var fleet = new Fleet(world.Get<IRecordStore>(), world.Clock, servers: 2);
        await world.Deployments.StartAsync(s_spec with { ShadowRequests = 0 });
        await RunAsync(world, fleet, champion: champion, candidate: candidate);
        var done = await world.Deployments.FindAsync("line");
        Assert.That(done.State, Is.EqualTo(RolledBack), done.Reason);
        var history = await world.Deployments.ExplainAsync("line").ToListAsync();
        Assert.That(history.Select(h => h.Transition.To).TakeLast(2), Is.EqualTo(new[] { RollingBack, RolledBack }));
        Assert.That(history[^2].Transition.Reason, Does.Contain("guard Errors tripped"));
        Assert.That(history, Has.All.Property("IsConfirmed").True);
        Assert.That((await world.Registry.AliasHistoryAsync("line", "champion").ToListAsync()), Has.Count.EqualTo(1));
        Assert.That(fleet.Share, Is.Zero);
    }

    [Test]
    public async Task Without_traffic_or_with_a_server_that_has_not_observed_nothing_goes_on()
    {
        await using var world = await TwoAsync();
        var fleet = new Fleet(world.Get<IRecordStore>(), world.Clock, servers: 2);
        await fleet.ObserveAsync();
        await world.Deployments.StartAsync(s_spec with { ShadowRequests = 0, Canary = [0.5] });
        await TickAsync(world);
        Assert.That((await world.Deployments.FindAsync("line")).State, Is.EqualTo(Loading));
        await fleet.ObserveAsync(only: 0);
        await TickAsync(world);
        Assert.That((await world.Deployments.FindAsync("line")).State, Is.EqualTo(Loading), "one of two has observed it");
        await fleet.ObserveAsync();
        await TickAsync(world);
        Assert.That((await world.Deployments.FindAsync("line")).State, Is.EqualTo(Canary));
        for (var i = 0; i < 10; i++)
        {
            world.Clock.Advance(TimeSpan.FromMinutes(30));
            await fleet.ObserveAsync();
            await TickAsync(world);
        }

        Assert.That((await world.Deployments.FindAsync("line")).State, Is.EqualTo(Canary), "no request was answered");
        var prospect = await world.Deployments.ProspectAsync("line");
        Assert.That((prospect.To, prospect.Reason), Is.EqualTo((Canary, "There was no traffic; each needs 100.")).Or.EqualTo((Canary, "On route 2 the candidate answered 0 requests and the champion 0; each needs 100.")));
        world.Clock.Advance(TimeSpan.FromDays(2));
        await fleet.ObserveAsync();
        await TickAsync(world);
        Assert.That((await world.Deployments.FindAsync("line")), Has.Property("State").EqualTo(Paused).And.Property("Share").EqualTo(0.5));
    }

    [Test]
    public async Task A_server_that_died_holds_nothing_up_once_its_lease_has_run_out()
    {
        await using var world = await TwoAsync();
        var fleet = new Fleet(world.Get<IRecordStore>(), world.Clock, servers: 2);
        await fleet.ObserveAsync();
        await world.Deployments.StartAsync(s_spec);
        await TickAsync(world);
        for (var i = 0; i < 3; i++)
        {
            await fleet.ObserveAsync(only: 0);
            await TickAsync(world);
            Assert.That((await world.Deployments.FindAsync("line")).State, Is.EqualTo(i < 2 ? Loading : Shadow));
            world.Clock.Advance(TimeSpan.FromSeconds(20));
        }
    }

    [Test]
    public async Task A_gate_that_says_no_ends_it_before_any_server_heard_of_it()
    {
        await using var world = await TwoAsync(b => b.AddGate("line", _ => Gate.Size(1)));
        await world.Deployments.StartAsync(s_spec);
        await TickAsync(world);
        var done = await world.Deployments.FindAsync("line");
        Assert.That((done.State, done.RouteRevision), Is.EqualTo((Failed, 0)), done.Reason);
        Assert.That(done.Reason, Does.Contain("size: Failed"));
    }

    [Test]
    public async Task A_verdict_that_a_build_server_left_on_the_same_content_counts()
    {
        await using var world = await TwoAsync();
        await world.Deployments.StartAsync(s_spec with { Gates = ["size"] });
        await TickAsync(world);
        Assert.That((await world.Deployments.FindAsync("line")).State, Is.EqualTo(Gating));
        await world.Deployments.CheckAsync(await world.Registry.ResolveAsync("line/2"), new() { Gates = [Gate.Size(1_000_000)] });
        await TickAsync(world);
        Assert.That((await world.Deployments.FindAsync("line")).State, Is.EqualTo(Loading));
    }

    [Test]
    public async Task A_protected_alias_is_waited_for_and_judged_again_at_the_promotion()
    {
        var actor = new Actor();
        await using var world = await TwoAsync(b => b.Use<IActorProvider>(_ => actor));
        var fleet = new Fleet(world.Get<IRecordStore>(), world.Clock, servers: 1);
        var protection = world.Get<AliasProtection>();
        await protection.SetPolicyAsync(new() { Model = "line", Alias = "champion", Approvals = 1, AuthorMayApprove = true });
        await world.Deployments.StartAsync(s_spec);
        await RunAsync(world, fleet, ticks: 5);
        Assert.That((await world.Deployments.FindAsync("line")).State, Is.EqualTo(AwaitingApproval));
        await protection.ApproveAsync(await world.Registry.ResolveAsync("line/2"), "champion");
        await RunAsync(world, fleet, until: Baking);
        await protection.RevokeAsync("line", 2, "champion", reason: "a doubt");
        await RunAsync(world, fleet, ticks: 30);
        Assert.That((await world.Deployments.FindAsync("line")).State, Is.EqualTo(Baking), "nothing was promoted without the approval");
        Assert.That(async () => await world.Deployments.CommandAsync("line", DeploymentCommand.Promote, "I want it"), Throws.TypeOf<MLOpsRejectedException>(), "nor by a person");
        await protection.ApproveAsync(await world.Registry.ResolveAsync("line/2"), "champion");
        await RunAsync(world, fleet);
        Assert.That((await world.Deployments.FindAsync("line")).State, Is.EqualTo(Promoted));
    }

    [Test]
    public async Task A_person_pauses_resumes_promotes_and_rolls_back()
    {
        await using var world = await TwoAsync();
        var fleet = new Fleet(world.Get<IRecordStore>(), world.Clock, servers: 1);
        await world.Deployments.StartAsync(s_spec);
        Assert.That(async () => await world.Deployments.StartAsync(s_spec), Throws.TypeOf<MLOpsConflictException>().With.Message.Contains("is under way"));
        await RunAsync(world, fleet, until: Canary);
        Assert.That((await world.Deployments.CommandAsync("line", DeploymentCommand.Pause, "lunch")), Has.Property("State").EqualTo(Paused).And.Property("PausedFrom").EqualTo(Canary));
        await RunAsync(world, fleet, ticks: 20);
        Assert.That((await world.Deployments.FindAsync("line")), Has.Property("State").EqualTo(Paused).And.Property("Share").EqualTo(0.1));
        var revision = fleet.Revisions[0];
        Assert.That((await world.Deployments.CommandAsync("line", DeploymentCommand.Resume, "back")), Has.Property("State").EqualTo(Canary).And.Property("Step").EqualTo(0).And.Property("RouteRevision").EqualTo(revision));
        Assert.That((await world.Deployments.CommandAsync("line", DeploymentCommand.Promote, "seen enough")).State, Is.EqualTo(Promoted));
        Assert.That((await world.Registry.ResolveAsync("line@champion")).Number, Is.EqualTo(2));
        Assert.That((await world.Deployments.CommandAsync("line", DeploymentCommand.RollBack, "it was wrong")).State, Is.EqualTo(RolledBack));
        Assert.That((await world.Registry.ResolveAsync("line@champion")).Number, Is.EqualTo(1));
        Assert.That(async () => await world.Deployments.CommandAsync("line", DeploymentCommand.Resume, "again"), Throws.TypeOf<MLOpsConflictException>());
        Assert.That(async () => await world.Deployments.CommandAsync("line", DeploymentCommand.RollBack, " "), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That((await world.Deployments.ExplainAsync("line").ToListAsync()), Has.All.Property("IsConfirmed").True);
        Assert.That(await world.Deployments.ExplainAsync("line").Select(e => e.Transition.Command).Where(c => c is not null).CountAsync(), Is.EqualTo(4));
    }

    [Test]
    public async Task An_alias_moved_by_hand_ends_the_comparison_and_stays_where_it_was_put()
    {
        await using var world = await TwoAsync();
        var third = await world.RegisterAsync(2.2);
        var fleet = new Fleet(world.Get<IRecordStore>(), world.Clock, servers: 1);
        await world.Deployments.StartAsync(s_spec);
        await RunAsync(world, fleet, until: Canary);
        await world.Registry.SetAliasAsync("line", "champion", third.Number);
        await RunAsync(world, fleet, ticks: 3);
        Assert.That((await world.Deployments.FindAsync("line")).State, Is.EqualTo(RolledBack));
        Assert.That((await world.Registry.ResolveAsync("line@champion")).Number, Is.EqualTo(third.Number));
    }

    [Test]
    public async Task The_first_version_of_all_is_promoted_only_when_the_spec_says_so()
    {
        await using var world = new LiveWorld();
        await world.RegisterAsync();
        await world.Deployments.StartAsync(s_spec with { Number = 1 });
        await TickAsync(world);
        Assert.That((await world.Deployments.FindAsync("line")).State, Is.EqualTo(Failed));
        await world.Deployments.StartAsync(s_spec with { Number = 1, WithoutChampion = true });
        await TickAsync(world);
        Assert.That((await world.Deployments.FindAsync("line")).State, Is.EqualTo(Promoted));
        Assert.That((await world.Registry.ResolveAsync("line@champion")).Number, Is.EqualTo(1));
    }

    [Test]
    public async Task One_controller_leads_another_takes_over_and_the_one_that_slept_changes_nothing()
    {
        await using var world = await TwoAsync();
        await using var other = new LiveWorld(sharing: world);
        var fleet = new Fleet(world.Get<IRecordStore>(), world.Clock, servers: 1);
        await fleet.ObserveAsync();
        await world.Deployments.StartAsync(s_spec);
        await TickAsync(world);
        Assert.That((await world.Deployments.FindAsync("line")).State, Is.EqualTo(Loading));
        await fleet.ObserveAsync();
        Assert.That(await other.Get<DeploymentController>().ProcessAsync(), Is.Empty, "another leads");
        world.Clock.Advance(TimeSpan.FromSeconds(31));
        await fleet.ObserveAsync();
        Assert.That(await other.Get<DeploymentController>().ProcessAsync(), Has.Count.EqualTo(1), "it was silent for a lease's time");
        var stale = new RecordCheck(new(Collections.ProcessLeases, "deployment-controller"), 1);
        var seen = await world.Get<DeploymentRecords>().FindAsync("line", default);
        var move = new DeploymentTransition { Id = "", Epoch = 0, To = Canary, Reason = "It slept.", Actor = "", At = default };
        Assert.That(async () => await world.Get<DeploymentMoves>().CommitAsync(seen, move, null, stale, default), Throws.TypeOf<MLOpsConflictException>(), "its lead is checked in the commit");
        await fleet.ObserveAsync();
        await fleet.ServeAsync(1_000);
        world.Clock.Advance(TimeSpan.FromMinutes(10));
        await fleet.ObserveAsync();
        var epoch = (await world.Deployments.FindAsync("line")).Epoch;
        await other.Get<DeploymentController>().DisposeAsync();
        Assert.That(await world.Get<DeploymentController>().ProcessAsync(), Has.Count.EqualTo(1), "given back, the lead is free at once");
        Assert.That((await world.Deployments.FindAsync("line")).Epoch, Is.EqualTo(epoch + 1));
    }

    [Test]
    public async Task With_the_store_away_during_a_canary_servers_keep_their_route_and_nothing_is_promoted()
    {
        var plan = new FaultPlan();
        await using var world = await TwoAsync(b => b.AddFaults(plan));
        await using var healthy = new LiveWorld(sharing: world);
        var fleet = new Fleet(healthy.Get<IRecordStore>(), world.Clock, servers: 2);
        await world.Deployments.StartAsync(s_spec with { ShadowRequests = 0 });
        await RunAsync(world, fleet, until: Canary);
        await fleet.ObserveAsync();
        var (before, routes) = (await healthy.Deployments.FindAsync("line"), fleet.Revisions);
        foreach (var call in Enum.GetValues<StorageCall>())
            for (var i = 1; i <= 100; i++) plan.Add(new(call, plan.Count(call) + i, FaultKind.FailBefore));
        for (var i = 0; i < 20; i++)
        {
            world.Clock.Advance(TimeSpan.FromMinutes(10));
            Assert.That(async () => await world.Get<DeploymentController>().ProcessAsync(), Throws.TypeOf<MLOpsUnavailableException>());
            await fleet.ServeAsync(1_000);
        }

        Assert.That(fleet.Revisions, Is.EqualTo(routes), "servers stayed where they were");
        Assert.That((await healthy.Deployments.FindAsync("line")), Is.EqualTo(before).Using<Deployment>((a, b) => a.Epoch == b.Epoch && a.State == b.State));
        Assert.That((await healthy.Registry.ResolveAsync("line@champion")).Number, Is.EqualTo(1));
        await using var back = new LiveWorld(sharing: world);
        await RunAsync(back, fleet, ticks: 60);
        Assert.That((await back.Deployments.FindAsync("line")).State, Is.EqualTo(Promoted), "once it is back, it goes on");
    }

    [Test]
    public async Task Blue_and_green_are_judged_in_the_shadow_and_change_over_in_one_commit()
    {
        await using var world = await TwoAsync();
        var fleet = new Fleet(world.Get<IRecordStore>(), world.Clock, servers: 3);
        await world.Deployments.StartAsync(s_spec with { Canary = [] });
        await RunAsync(world, fleet);
        Assert.That((await world.Deployments.FindAsync("line")).State, Is.EqualTo(Promoted));
        Assert.That(fleet.Followed.Values.SelectMany(r => r.Arms.Skip(1)).Sum(a => a.Share), Is.Zero, "no user saw it before");
    }

    [Test]
    public async Task A_spec_that_breaks_a_rule_is_refused()
    {
        await using var world = await TwoAsync();
        foreach (var spec in new[]
        {
            s_spec with { Canary = [0.5, 0.1] }, s_spec with { Canary = [1] }, s_spec with { Canary = [double.NaN] }, s_spec with { Canary = [], ShadowRequests = 0 }, s_spec with { Alpha = 0 },
            s_spec with { Alpha = double.NaN }, s_spec with { Guards = [new(GuardKind.Errors, 0)] }, s_spec with { Guards = [new(GuardKind.Errors, 1), new(GuardKind.Errors, 2)] }, s_spec with { Guards = [new((GuardKind)99, 1)] },
            s_spec with { MinimumRequests = 0 }, s_spec with { Bake = TimeSpan.FromTicks(-1) }, s_spec with { Patience = TimeSpan.Zero }, s_spec with { ShadowShare = 0 }, s_spec with { ConsecutiveFailures = 0 },
            s_spec with { Number = 0 }, s_spec with { Alias = "../x" }, s_spec with { Gates = ["a/b"] }, s_spec with { SlowerThan = TimeSpan.Zero },
        })
            Assert.That(async () => await world.Deployments.StartAsync(spec), Throws.TypeOf<MLOpsInvalidException>(), spec.ToString());
        Assert.That(async () => await world.Deployments.StartAsync(s_spec with { Number = 99 }), Throws.TypeOf<MLOpsNotFoundException>());
        Assert.That(async () => await world.Deployments.StartAsync(s_spec with { Number = 1 }), Throws.TypeOf<MLOpsConflictException>(), "it is the champion");
        Assert.That(async () => await world.Deployments.FindAsync("line"), Throws.TypeOf<MLOpsNotFoundException>());
    }

    /// <summary>Two versions of the line, the first of which is the champion.</summary>
    internal static async Task<LiveWorld> TwoAsync(Action<MLOpsBuilder>? configure = null)
    {
        var world = new LiveWorld(configure);
        await world.RegisterChampionAsync();
        await world.RegisterAsync(2.1);
        return world;
    }

    /// <summary>Lets servers and controller act in turns, a minute at a time, until the end or a state.</summary>
    internal static async Task RunAsync(LiveWorld world, Fleet fleet, int ticks = 200, DeploymentState? until = null, double champion = 0, double candidate = 0)
    {
        for (var i = 0; i < ticks; i++)
        {
            await fleet.ObserveAsync();
            await fleet.ServeAsync(200, champion, candidate);
            await TickAsync(world);
            if (await world.Deployments.FindAsync("line") is var now && (now.IsFinished || now.State == until)) return;
            world.Clock.Advance(TimeSpan.FromMinutes(1));
        }
    }

    private static async Task TickAsync(LiveWorld world) => await world.Get<DeploymentController>().ProcessAsync();

    private sealed class Actor : IActorProvider
    {
        string IActorProvider.Actor => "tester";
    }
}
