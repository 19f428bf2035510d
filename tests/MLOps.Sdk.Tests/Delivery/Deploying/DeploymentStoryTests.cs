using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Delivery;
using MLOps.Experiments;
using MLOps.Models;
using MLOps.Records;
using MLOps.Serving;
using MLOps.Tests.Monitoring;
using static MLOps.Delivery.DeploymentState;

namespace MLOps.Tests.Delivery;

/// <summary>The whole loop in one process on a clock moved by hand: a real server answers, a real controller decides.</summary>
internal sealed partial class DeploymentStoryTests
{
    [Test]
    [CancelAfter(300_000)]
    public async Task Train_gate_shadow_canary_a_guard_trips_the_way_back_a_second_candidate_and_its_promotion(CancellationToken token)
    {
        var recent = LiveWorld.Rows(5, 400);
        await using var world = new LiveWorld(o => o
            .AddModelType("story", StoryJson.Default.StoryModel)
            .AddModel<Point, double>("line", m => m.Score = answer => answer)
            .AddGate("line", _ => Gate.Metric(recent, r => r, r => r.Truth, (double a) => a))
            .AddGate("line", _ => Gate.LoadAndQuery(recent, (double a) => a))
            .AddGate("line", _ => Gate.Signature()));
        var story = new Story(world, token);

        // The first of all has nobody to be compared with.
        var first = await story.TrainAsync(rows: 20, fragile: false);
        await world.Deployments.StartAsync(new() { Model = "line", Number = first.Number, WithoutChampion = true }, token);
        await world.Get<DeploymentController>().ProcessAsync(token);
        Assert.That((await world.Deployments.FindAsync("line", token)).State, Is.EqualTo(Promoted));

        // The second is better on every row that the gates know, and throws on what users send.
        var second = await story.TrainAsync(rows: 2_000, fragile: true);
        await story.DeployAsync(second, wild: 0.1);
        var taken = await world.Deployments.FindAsync("line", token);
        Assert.That(taken.State, Is.EqualTo(RolledBack), taken.Reason);
        Assert.That(story.Seen, Does.Contain((first.Number, "champion")).And.Not.Contain((second.Number, "champion")));
        var why = await world.Deployments.ExplainAsync(taken.Id, token).ToListAsync(token);
        Assert.That(why.Select(w => w.Transition.To), Does.Contain(Shadow).And.Contain(RollingBack));
        Assert.That(why.First(w => w.Transition.To is RollingBack).Transition.Reason, Does.Contain("Errors").Or.Contain("in a row"));
        Assert.That(why, Has.All.Property("IsConfirmed").True);
        var verdicts = await world.Registry.VerdictsAsync("line", second.Number, token).ToDictionaryAsync(v => v.Gate, v => v.Outcome, cancellationToken: token);
        Assert.That(verdicts, Is.EqualTo(new Dictionary<string, GateOutcome> { ["rmse"] = GateOutcome.Passed, ["load-and-query"] = GateOutcome.Passed, ["signature"] = GateOutcome.Passed }), "the gates could not know");
        Assert.That((await world.Registry.ResolveAsync("line@champion", token)).Number, Is.EqualTo(first.Number));

        // The third is as good and does not throw.
        var third = await story.TrainAsync(rows: 2_000, fragile: false);
        story.Seen.Clear();
        await story.DeployAsync(third, wild: 0.1);
        var done = await world.Deployments.FindAsync("line", token);
        Assert.That(done.State, Is.EqualTo(Promoted), done.Reason);
        Assert.That((await world.Deployments.ExplainAsync(done.Id, token).Select(w => w.Transition.To).ToListAsync(token)), Is.EqualTo(new[] { Draft, Gating, AwaitingApproval, Loading, Shadow, Canary, Canary, Baking, Promoted }));
        await story.ServeAsync(200, 0.1);
        Assert.That(story.Seen, Does.Contain((third.Number, "candidate")).And.Contain((third.Number, "champion")));
        Assert.That(await world.Registry.AliasHistoryAsync("line", "champion", token).Select(m => m.Number).ToListAsync(token), Is.EqualTo(new[] { third.Number, first.Number }));
        Assert.That(story.Failed, Is.LessThan(story.Answered / 20), "few users saw the bad one");
        var lineage = await world.Get<Lineage>().WhyAsync(EntityRef.Deployment("line", "champion", 2), cancellationToken: token);
        Assert.That($"{lineage}", Is.Not.Empty);
        await TestContext.Out.WriteLineAsync($"{story.Answered} answered, {story.Failed} failed before the guard took the bad one back: {why.First(w => w.Transition.To is RollingBack).Transition.Reason}");
    }

    private sealed class Story(LiveWorld world, CancellationToken token)
    {
        private readonly Random _random = new(9);
        private int _user;

        public HashSet<(int Version, string Route)> Seen { get; } = [];

        public int Answered { get; private set; }

        public int Failed { get; private set; }

        /// <summary>Least squares on some rows, in a run, registered with its signature.</summary>
        public async Task<ModelVersion> TrainAsync(int rows, bool fragile)
        {
            var data = LiveWorld.Rows(rows, rows);
            await using var run = await world.Get<IExperimentTracker>().StartRunAsync("line", cancellationToken: token);
            var slope = data.Sum(r => r.X * r.Truth) / data.Sum(r => r.X * r.X) + (rows < 100 ? 0.4 : 0);
            run.Log(run.Metric("slope"), slope, 0);
            await run.CompleteAsync(cancellationToken: token);
            return await world.Registry.RegisterAsync("line", new StoryModel(slope, fragile ? 50 : double.MaxValue), new() { RunId = run.Id, Signature = ModelSignature.Of(LiveWorld.Schema.Features) }, token);
        }

        /// <summary>Traffic, a minute at a time, until the deployment is over.</summary>
        public async Task DeployAsync(ModelVersion candidate, double wild)
        {
            await world.Deployments.StartAsync(new()
            {
                Model = "line", Number = candidate.Number, ShadowRequests = 100, ShadowShare = 1, Canary = [0.2, 0.5], MinimumRequests = 100, Bake = TimeSpan.FromMinutes(10), Guards = [new(GuardKind.Errors, 0.05)], ConsecutiveFailures = 50,
            }, token);
            // The wild rows come in the day only, when the candidate has left the shadow.
            for (var minute = 0; minute < 300 && !(await world.Deployments.FindAsync("line", token)).IsFinished; minute++)
            {
                // A minute is longer than a server's lease: it has to be heard of again before the controller looks.
                await ObservedAsync(await world.Deployments.FindAsync("line", token));
                await world.Get<DeploymentController>().ProcessAsync(token);
                var now = await world.Deployments.FindAsync("line", token);
                await ObservedAsync(now);
                await ServeAsync(100, now.State is Canary or Baking ? wild : 0);
                world.Clock.Advance(TimeSpan.FromMinutes(1));
            }
        }

        public async Task ServeAsync(int requests, double wild)
        {
            var predictor = await world.Get<IModelServer>().GetAsync<Point, double>("line", token);
            for (var i = 0; i < requests; i++)
            {
                try
                {
                    var answer = predictor.Predict(new(_random.NextDouble() < wild ? 100 : _random.NextDouble(), "red", 0), new() { Key = $"user {_user++}" });
                    Seen.Add((answer.Version, answer.Route));
                    Answered++;
                }
                catch (InvalidOperationException)
                {
                    Failed++;
                }
            }
        }

        /// <summary>Lets the server hear of the route and tell what it follows and counted.</summary>
        private async Task ObservedAsync(Deployment deployment)
        {
            if (deployment.RouteRevision == 0) return;
            await world.Get<IModelServer>().GetAsync<Point, double>("line", token);
            await world.Get<IModelServer>().RefreshAsync("line", token);
            var routes = world.Get<RouteRecords>();
            for (var look = 1; !(await routes.LiveAsync("line", "champion", token)).Any(o => o.Revision >= deployment.RouteRevision); look++)
            {
                token.ThrowIfCancellationRequested();
                // Seldom, or the server would have no time to renew its lease before it runs out.
                if (look % 1_000 == 0) world.Clock.Advance(TimeSpan.FromSeconds(2));
                await Task.Yield();
            }
        }
    }

    /// <summary>A line that throws beyond what it was made for.</summary>
    internal sealed record StoryModel(double Slope, double ThrowsAbove) : IModel<Point, double>
    {
        public double Predict(Point input) => input.X > ThrowsAbove ? throw new InvalidOperationException("Too far out.") : Slope * input.X;
    }

    [JsonSerializable(typeof(StoryModel))]
    private sealed partial class StoryJson : JsonSerializerContext;
}
