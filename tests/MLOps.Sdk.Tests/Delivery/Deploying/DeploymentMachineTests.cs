using MLOps.Delivery;
using MLOps.Models;
using static MLOps.Delivery.DeploymentState;
using static MLOps.Tests.Delivery.Evidences;

namespace MLOps.Tests.Delivery;

internal sealed class DeploymentMachineTests
{
    private static readonly TimeSpan s_short = TimeSpan.FromMinutes(1), s_step = TimeSpan.FromMinutes(10), s_baked = TimeSpan.FromHours(2), s_late = TimeSpan.FromHours(8);

    private sealed record Move(string Fact, Deployment From, Func<DeploymentEvidence, DeploymentEvidence> Change, TimeSpan After, DeploymentState To, int Step = 0, string Reason = "")
    {
        public override string ToString() => $"{From.State}{(From.State is Canary ? From.Step : "")} {Fact} -> {To}{(To is Canary ? Step : "")}";
    }

    private static readonly DeploymentSpec s_blueGreen = Spec with { Canary = [] };
    private static readonly Func<DeploymentEvidence, DeploymentEvidence> s_good = e => e;

    private static IEnumerable<TestCaseData> Moves() => new Move[]
    {
        new("is taken up", In(Draft), s_good, default, Gating),
        new("has no champion", In(Draft, champion: 0), s_good, default, Failed, 0, "WithoutChampion"),
        new("has no champion, and may do without", In(Draft, Spec with { WithoutChampion = true }, champion: 0), s_good, default, Gating),
        new("finds the alias moved before anything was published", In(Draft), e => e with { ChampionNumber = 9 }, default, Failed, 0, "moved from 1 to 9"),

        new("asks no gate", In(Gating), s_good, default, AwaitingApproval),
        new("passed all gates", In(Gating), e => e.WithGates(("a", GateOutcome.Passed), ("b", GateOutcome.Warned), ("c", GateOutcome.NotApplicable)), default, AwaitingApproval),
        new("waits for a gate", In(Gating), e => e.WithGates(("a", GateOutcome.Passed), ("b", null)), s_step, Gating, 0, "verdict of b"),
        new("waited too long for a gate", In(Gating), e => e.WithGates(("b", null)), s_late, Paused),
        new("failed a gate", In(Gating), e => e.WithGates(("a", GateOutcome.Failed), ("b", null)), default, Failed, 0, "a: Failed"),
        new("has an inconclusive gate", In(Gating), e => e.WithGates(("a", GateOutcome.Inconclusive)), default, Failed),
        new("has a gate that went wrong", In(Gating), e => e.WithGates(("a", GateOutcome.Error)), default, Failed),

        new("lacks approval", In(AwaitingApproval), e => e with { Missing = ["2 approvals are needed, 1 stands."] }, s_late, AwaitingApproval, 0, "2 approvals"),
        new("lacks nothing", In(AwaitingApproval), s_good, default, Loading),
        new("lacks nothing and is the first", In(AwaitingApproval, champion: 0), s_good, default, Promoted),

        new("is observed", In(Loading), s_good, default, Shadow),
        new("is observed and asks for no shadow", In(Loading, Spec with { ShadowRequests = 0 }), s_good, default, Canary),
        new("is not observed by one of two", In(Loading), e => e with { Servers = [e.Servers[0], new("b", 2)] }, s_step, Loading, 0, "not observed route 3"),
        new("has no live server", In(Loading), e => e with { Servers = [] }, s_step, Loading, 0, "No server"),
        new("has no live server for long", In(Loading), e => e with { Servers = [] }, s_late, Paused),
        new("has no live server for long, and is impatient", In(Loading, Spec with { OnDeadline = DeadlineAction.RollBack }), e => e with { Servers = [] }, s_late, RollingBack),
        new("cannot be loaded by a server", In(Loading), e => e with { Servers = [e.Servers[0], new("b", 2, "out of memory")] }, s_short, RollingBack, 0, "out of memory"),
        new("cannot be loaded by a server yet", In(Loading), e => e with { Servers = [e.Servers[0], new("b", 2, "the store is away")] }, default, Loading, 0, "not observed"),

        new("has seen enough", In(Shadow), s_good, s_step, Canary),
        new("has seen enough too soon", In(Shadow), s_good, s_short, Shadow, 0, "must last"),
        new("has seen too little", In(Shadow), e => e.WithLast(s => s with { Candidate = Arm(999) }), s_step, Shadow, 0, "answered 999"),
        new("saw no traffic", In(Shadow), e => e.WithLast(s => s with { Candidate = ArmEvidence.None, Champion = ArmEvidence.None }), s_step, Shadow),
        new("saw no traffic for long", In(Shadow), e => e.WithLast(s => s with { Candidate = ArmEvidence.None }), s_late, Paused),
        new("fails where the champion does not", In(Shadow), e => e.WithLast(s => s with { Candidate = Arm(50_000, 50) }), s_short, RollingBack, 0, "guard Errors tripped"),
        new("has seen enough, with no canary to follow", In(Shadow, s_blueGreen), s_good, s_step, Baking),

        new("has seen enough", In(Canary), s_good, s_step, Canary, 1),
        new("has seen enough in the last step", In(Canary, step: 1), s_good, s_step, Baking, 1),
        new("has seen too little of the champion", In(Canary), e => e.WithLast(s => s with { Champion = Arm(499) }), s_step, Canary),
        new("is not observed any more by a server that came", In(Canary), e => e with { Servers = [.. e.Servers, new("c", 4)] }, s_step, Canary, 0, "not observed"),
        new("gets no further", In(Canary), e => e.WithLast(s => s with { Champion = Arm(499) }), s_late, Paused, 0, "got no further"),
        new("gets no further, and is impatient", In(Canary, Spec with { OnDeadline = DeadlineAction.RollBack }), e => e.WithLast(s => s with { Champion = Arm(499) }), s_late, RollingBack),
        new("fails more often", In(Canary, step: 1), e => e.WithLast(s => s with { Champion = Arm(2_000, 40), Candidate = Arm(2_000, 120) }), s_short, RollingBack, 0, "guard Errors tripped"),
        new("fails more often, as it did in the shadow", In(Canary), e => e with { Exposures = [e.Exposures[0] with { Candidate = Arm(1_000, 30) }, .. e.Exposures.Skip(1)] }, s_short, RollingBack),
        new("is slow more often", In(Canary, step: 1), e => e.WithLast(s => s with { Champion = Arm(2_000, 0, 40), Candidate = Arm(2_000, 0, 120) }), s_short, RollingBack, 0, "guard SlowAnswers tripped"),
        new("fails as often as the champion", In(Canary, step: 1), e => e.WithLast(s => s with { Champion = Arm(2_000, 80), Candidate = Arm(2_000, 80) }), s_step, Baking, 1),
        new("answers NaN", In(Canary), e => e.WithLast(s => s with { Candidate = Arm(10) with { NotFinite = 1 } }), s_short, RollingBack, 0, "no finite number"),
        new("fails five times in a row", In(Canary), e => e.WithLast(s => s with { Candidate = Arm(10, 5) with { ConsecutiveFailures = 5 } }), s_short, RollingBack, 0, "5 times in a row"),
        new("does not mind a server's trouble with something else", In(Canary), e => e with { Servers = [e.Servers[0], new("b", 5, "the store was away")] }, s_step, Canary, 1),
        new("was taken out by a server", In(Canary), e => e with { Servers = [e.Servers[0], new("b", 5, null, "its calls do not end")] }, s_short, RollingBack, 0, "its calls do not end"),
        new("answers otherwise than the champion", In(Canary, Drifting, 1), e => e.WithLast(s => s with { Champion = Answers(10_000, 0), Candidate = Answers(10_000, 0.5) }), s_short, RollingBack, 0, "MeanOutput"),
        new("answers like the champion", In(Canary, Drifting, 1), e => e.WithLast(s => s with { Champion = Answers(10_000, 0), Candidate = Answers(10_000, 0.01) }), s_step, Baking, 1),
        new("finds the alias moved", In(Canary), e => e with { ChampionNumber = 9 }, s_step, RollingBack, 0, "moved from 1 to 9"),
        new("finds the alias on itself", In(Canary), e => e with { ChampionNumber = 2 }, s_step, Promoted, 0, "other means"),

        new("lasted and is no worse", In(Baking, step: 1), s_good, s_baked, Promoted),
        new("has not lasted", In(Baking, step: 1), s_good, s_step, Baking, 1, "must last"),
        new("is not shown to be no worse", In(Baking, step: 1), e => e.WithLast(s => s with { Champion = Arm(600, 30), Candidate = Arm(600, 30) }), s_baked, Baking, 1, "not shown to be no worse"),
        new("is not shown to be no worse for long", In(Baking, step: 1), e => e.WithLast(s => s with { Champion = Arm(600, 30), Candidate = Arm(600, 30) }), s_late, Paused, 1),
        new("lost its approval", In(Baking, step: 1), e => e with { Missing = ["An approval was revoked."] }, s_baked, Baking, 1, "revoked"),
        new("saw no traffic", In(Baking, step: 1), e => e with { Exposures = [.. e.Exposures.Select(s => s with { Champion = ArmEvidence.None, Candidate = ArmEvidence.None })] }, s_baked, Baking, 1),
        new("lost its servers", In(Baking, step: 1), e => e with { Servers = [] }, s_baked, Baking, 1, "No server"),
        new("turns bad at last", In(Baking, step: 1), e => e.WithLast(s => s with { Champion = Arm(50_000, 500), Candidate = Arm(50_000, 900) }), s_short, RollingBack),
        new("lasted in the shadow, with no canary", In(Baking, s_blueGreen), s_good, s_baked, Promoted),

        new("waits", In(Paused, pausedFrom: Canary), s_good, s_late, Paused),
        new("turns bad while it waits", In(Paused, pausedFrom: Canary), e => e.WithLast(s => s with { Candidate = Arm(10) with { NotFinite = 1 } }), s_late, RollingBack),
        new("finds the alias moved while it waits at the gates", In(Paused, pausedFrom: Gating), e => e with { ChampionNumber = 9 }, s_late, Failed),

        new("is observed", In(RollingBack), s_good, default, RolledBack),
        new("has no live server left", In(RollingBack), e => e with { Servers = [] }, default, RolledBack),
        new("is not observed by one of two", In(RollingBack), e => e with { Servers = [e.Servers[0], new("b", 2)] }, s_late, RollingBack, 0, "not observed"),
        new("does not mind that the alias was moved", In(RollingBack), e => e with { ChampionNumber = 9 }, default, RolledBack),

        new("stays", In(Promoted), e => e with { ChampionNumber = 9 }, s_late, Promoted),
        new("stays", In(RolledBack), e => e with { ChampionNumber = 9 }, s_late, RolledBack),
        new("stays", In(Failed), e => e with { ChampionNumber = 9 }, s_late, Failed),
    }.Select(m => new TestCaseData(m).SetArgDisplayNames(m.ToString()));

    [TestCaseSource(nameof(Moves))]
    public void What_is_decided_follows_from_what_is_known(object move)
    {
        var m = (Move)move;
        var decision = DeploymentMachine.Decide(m.From, m.Change(Good(m.From)), Start + m.After);
        Assert.That((decision.To, decision.Step), Is.EqualTo((m.To, m.To is Canary or Baking or Paused ? m.Step : 0)), decision.Reason);
        Assert.That(decision.Reason, Does.Contain(m.Reason).IgnoreCase);
    }

    [Test]
    public void Every_state_is_left_and_reached_by_some_move()
    {
        var moves = Moves().Select(c => (Move)c.Arguments[0]!).ToList();
        var all = Enum.GetValues<DeploymentState>();
        Assert.That(moves.Select(m => m.From.State).Distinct(), Is.EquivalentTo(all));
        Assert.That(moves.Select(m => m.To).Append(Draft).Distinct(), Is.EquivalentTo(all));
    }

    [TestCase(DeploymentCommand.Pause, "Draft Gating AwaitingApproval Loading Shadow Canary Baking")]
    [TestCase(DeploymentCommand.Promote, "Loading Shadow Canary Baking Paused")]
    [TestCase(DeploymentCommand.RollBack, "Draft Gating AwaitingApproval Loading Shadow Canary Baking Paused Promoted")]
    [TestCase(DeploymentCommand.Resume, "Paused")]
    public void A_command_leads_somewhere_from_some_states_only(DeploymentCommand command, string from)
    {
        foreach (var state in Enum.GetValues<DeploymentState>())
        {
            var deployment = In(state, pausedFrom: state is Paused ? Canary : null);
            if (from.Split(' ').Contains(state.ToString())) Assert.That(DeploymentMachine.Tell(deployment, command).To, Is.Not.EqualTo(state));
            else Assert.That(() => DeploymentMachine.Tell(deployment, command), Throws.TypeOf<MLOpsConflictException>().With.Message.Contains(state.ToString()));
        }

        Assert.That(() => DeploymentMachine.Tell(In(Paused, pausedFrom: Gating), DeploymentCommand.Promote), Throws.TypeOf<MLOpsConflictException>(), "no way around the gates");
        Assert.That(() => DeploymentMachine.Tell(In(Promoted, champion: 0), DeploymentCommand.RollBack), Throws.TypeOf<MLOpsConflictException>(), "there was nothing before it");
        Assert.That(DeploymentMachine.Tell(In(Paused, step: 1, pausedFrom: Canary), DeploymentCommand.Resume), Is.EqualTo((Canary, 1)));
    }

    private static DeploymentSpec Drifting => Spec with { Guards = [new(GuardKind.MeanOutput, 0.2)] };

    private static ArmEvidence Answers(long count, double mean) => Arm(count) with { Outputs = count, OutputMean = mean, OutputSquares = count - 1 };
}
