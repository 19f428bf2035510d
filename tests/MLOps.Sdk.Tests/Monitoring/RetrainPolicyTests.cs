using MLOps.Data;
using MLOps.Monitoring;

namespace MLOps.Tests.Monitoring;

internal sealed class RetrainPolicyTests
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly RetrainEvidence s_quiet = new(), s_fell = new() { QualityFell = true }, s_drift = new() { DriftShare = 0.5 };

    [Test]
    public void Two_of_three_falls_of_the_quality_start_one_retraining_and_then_it_cools_down()
    {
        var decisions = Play(new(), Enumerable.Repeat(s_fell, 5), TimeSpan.FromHours(6));
        Assert.That(decisions.Select(d => d.Start), Is.EqualTo(new[] { false, true, false, false, false }));
        Assert.That(decisions[0].Reason, Does.Contain("not in 2 of 3 windows yet"));
        Assert.That(decisions[1].Reason, Is.EqualTo("Retrain: the quality fell."));
        Assert.That(decisions[4].Reason, Does.StartWith("Not before 2026-01-02 06:00:00Z"));
    }

    [Test]
    public void Drift_must_last_and_a_fault_of_the_data_blocks()
    {
        Assert.That(Play(new(), Enumerable.Repeat(s_drift, 3), TimeSpan.FromDays(1)).Select(d => d.Start), Is.EqualTo(new[] { false, false, true }));
        Assert.That(Play(new(), [s_drift, s_quiet, s_drift, s_drift], TimeSpan.FromDays(1)).Any(d => d.Start), Is.False);
        var faulty = Play(new(), Enumerable.Repeat(s_drift with { HasDataFault = true }, 4), TimeSpan.FromDays(1));
        Assert.That(faulty.Any(d => d.Start), Is.False);
        Assert.That(faulty[^1].Reason, Does.Contain("fault"));
    }

    [Test]
    public void The_cooldown_doubles_after_each_rejection_and_the_week_has_a_cap()
    {
        var rejected = s_fell with { Rejected = true };
        var policy = new RetrainPolicy { Enter = 1, Of = 1, MaximumPerWeek = 100, Cooldown = TimeSpan.FromDays(1) };
        var starts = Play(policy, Enumerable.Repeat(rejected, 8), TimeSpan.FromDays(1)).Where(d => d.Start).Select(d => (d.At - s_start).TotalDays);
        Assert.That(starts.Take(2), Is.EqualTo(new[] { 0.0, 64 }).Or.EqualTo(new[] { 0.0 }), "each further decision counts the rejection again");
        var capped = Play(policy with { MaximumPerWeek = 2, Cooldown = TimeSpan.Zero }, Enumerable.Repeat(s_fell, 10), TimeSpan.FromDays(1));
        Assert.That(capped.Select(d => d.Start), Is.EqualTo(new[] { true, true, false, false, false, false, false, true, true, false }));
    }

    [Test]
    public void The_schedule_needs_no_reason_and_labels_must_have_come()
    {
        var policy = new RetrainPolicy { Schedule = TimeSpan.FromDays(7), MinimumNewLabels = 10 };
        var decisions = Play(policy, Enumerable.Repeat(s_quiet with { NewLabels = 5 }, 9), TimeSpan.FromDays(1));
        Assert.That(decisions.Select(d => d.Start), Is.EqualTo(new[] { false, true, false, false, false, false, false, false, true }));
        Assert.That(decisions[0].Reason, Does.Contain("Only 5 labels"));
    }

    [Test]
    public void The_same_questions_get_the_same_answers_and_a_replay_decides_as_the_days_did()
    {
        MonitorReport[] reports = [.. Enumerable.Range(0, 6).Select(day => Report(day, day is 2 or 3 ? MonitorVerdict.QualityDrop : MonitorVerdict.Ok))];
        var policy = new RetrainPolicy();
        var replayed = policy.Replay(reports.Reverse().Append(reports[2] with { Id = "again", Verdict = MonitorVerdict.Ok, CreatedAt = s_start }));
        Assert.That(replayed.Select(d => d.Start), Is.EqualTo(new[] { false, false, false, true, false, false }));
        Assert.That(policy.Replay(reports).Select(d => (d.Start, d.Reason, d.At)), Is.EqualTo(replayed.Select(d => (d.Start, d.Reason, d.At))));
    }

    [Test]
    public void A_policy_that_makes_no_sense_is_refused()
    {
        foreach (var broken in new RetrainPolicy[] { new() { Enter = 0 }, new() { Enter = 4 }, new() { Exit = 0 }, new() { DriftWindows = 0 }, new() { MaximumPerWeek = 0 }, new() { Cooldown = -TimeSpan.FromTicks(1) }, new() { OnDriftShare = 2 } })
            Assert.That(() => broken.Decide(RetrainState.Initial, s_quiet, s_start), Throws.TypeOf<MLOpsInvalidException>());
    }

    [Test]
    public void A_fault_in_a_report_is_evidence_of_one()
    {
        var report = Report(0, MonitorVerdict.Drift) with { Features = [new() { Name = "x", Kind = FeatureKind.Number, Explanation = "", Drifted = true, Cause = DriftCause.UnitChange }], DriftShare = 1 };
        Assert.That(RetrainEvidence.Of(report), Is.EqualTo(new RetrainEvidence { DriftShare = 1, HasDataFault = true }));
    }

    private static List<RetrainDecision> Play(RetrainPolicy policy, IEnumerable<RetrainEvidence> evidence, TimeSpan step)
    {
        var decisions = new List<RetrainDecision>();
        foreach (var next in evidence) decisions.Add(policy.Decide(decisions.LastOrDefault()?.Next ?? RetrainState.Initial, next, s_start + decisions.Count * step));
        return decisions;
    }

    private static MonitorReport Report(int day, MonitorVerdict verdict) => new()
    {
        Id = $"r{day}", Model = "m", Number = 1, From = s_start.AddDays(day), To = s_start.AddDays(day + 1), Verdict = verdict, Summary = "", CreatedAt = s_start.AddDays(day + 1),
    };
}
