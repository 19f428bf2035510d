using MLOps.Delivery;
using MLOps.Models;
using MLOps.Tests.Monitoring;

namespace MLOps.Tests.Delivery;

internal sealed class DeploymentsTests
{
    [Test]
    public async Task What_passes_all_gates_is_promoted_and_rolled_back_and_its_verdicts_are_kept()
    {
        await using var world = new LiveWorld();
        var one = await world.RegisterAsync(1);
        var first = await world.Deployments.PromoteAsync(one, With(Better()));
        Assert.That((first.Promoted, first.Previous), Is.EqualTo((true, (ModelVersion?)null)));

        var two = await world.RegisterAsync(2);
        var second = await world.Deployments.PromoteAsync(two, With(Better()) with { Reason = "better" });
        Assert.That((second.Promoted, second.Previous?.Number), Is.EqualTo((true, (int?)1)));
        Assert.That((await world.Registry.ResolveAsync("line@champion")).Number, Is.EqualTo(2));
        var kept = await world.Registry.VerdictsAsync("line", 2).SingleAsync();
        Assert.That((kept.Outcome, kept.ChampionNumber, kept.Digest, kept.Gate), Is.EqualTo((GateOutcome.Passed, (int?)1, two.Digest, "rmse")));
        Assert.That(kept.Evidence["improvement"], Is.GreaterThan(0.1));

        Assert.That((await world.Deployments.RollbackAsync("line", "champion", new() { Reason = "a test" })).Number, Is.EqualTo(1));
        Assert.That(async () => await world.Deployments.RollbackAsync("nobody", "champion", new() { Reason = "a test" }), Throws.TypeOf<MLOpsNotFoundException>());
    }

    [Test]
    public async Task What_fails_a_gate_stays_outside_and_every_gate_was_asked()
    {
        await using var world = new LiveWorld();
        await world.RegisterChampionAsync(2);
        var worse = await world.RegisterAsync(1);
        var promotion = await world.Deployments.PromoteAsync(worse, With(Better(), new Says("always", GateOutcome.Passed)));
        Assert.That(promotion.Promoted, Is.False);
        Assert.That(promotion.Verdicts.Select(v => v.Outcome), Is.EqualTo(new[] { GateOutcome.Failed, GateOutcome.Passed }));
        Assert.That((await world.Registry.ResolveAsync("line@champion")).Number, Is.EqualTo(1));
        Assert.That(await world.Registry.VerdictsAsync("line", 2).CountAsync(), Is.EqualTo(2));
    }

    [TestCase(GateOutcome.Inconclusive)]
    [TestCase(GateOutcome.Error)]
    public async Task Anything_but_passed_blocks(GateOutcome outcome)
    {
        await using var world = new LiveWorld();
        Assert.That((await world.Deployments.PromoteAsync(await world.RegisterAsync(), With(new Says("so", outcome)))).Promoted, Is.False);
    }

    [Test]
    public async Task A_gate_that_throws_blocks_and_its_message_is_kept()
    {
        await using var world = new LiveWorld();
        var version = await world.RegisterAsync();
        var verdicts = await world.Deployments.CheckAsync(version, With(new Says("broken", GateOutcome.Passed, () => throw new InvalidOperationException("no rows today \0\uD800" + new string('x', 100_000)))));
        Assert.That(verdicts.Single().Outcome, Is.EqualTo(GateOutcome.Error));
        Assert.That(verdicts.Single().Message, Does.Contain("no rows today"));
        Assert.That(await world.Registry.AliasesAsync("line").AnyAsync(), Is.False, "checking moves nothing");
    }

    [Test]
    public async Task An_alias_moved_while_the_gates_ran_is_a_conflict_and_not_overwritten()
    {
        await using var world = new LiveWorld();
        await world.RegisterChampionAsync(1);
        var faster = await world.RegisterAsync(2);
        var late = await world.RegisterAsync(2);
        var gate = new Says("slow", GateOutcome.Passed, () => world.Registry.SetAliasAsync("line", "champion", faster.Number).AsTask().GetAwaiter().GetResult());
        Assert.That(async () => await world.Deployments.PromoteAsync(late, With(gate)), Throws.TypeOf<MLOpsConflictException>());
        Assert.That((await world.Registry.ResolveAsync("line@champion")).Number, Is.EqualTo(faster.Number));
    }

    private static PromotionOptions With(params IGate[] gates) => new() { Gates = gates };

    private static MetricGate<Point, double> Better() => Gate.Metric(LiveWorld.Rows(31, 300), r => r, r => r.Truth, (double answer) => answer);

    private sealed class Says(string name, GateOutcome outcome, Action? first = null) : IGate
    {
        public string Name => name;

        public ValueTask<GateResult> EvaluateAsync(GateSubject subject, CancellationToken cancellationToken = default)
        {
            first?.Invoke();
            return new(new GateResult(outcome, "As told.", new Dictionary<string, double>()));
        }
    }
}
