using MLOps.Monitoring;

namespace MLOps.Tests.Monitoring;

internal sealed class AlertRulesTests
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Test]
    public void One_bad_window_is_pending_and_the_second_of_three_opens_it_once()
    {
        Assert.That(States([2]), Is.EqualTo(new[] { AlertState.Pending }));
        Assert.That(States([2, 0, 2]), Is.EqualTo(new[] { AlertState.Pending, AlertState.Pending, AlertState.Open }));
        Assert.That(States([2, 0, 0, 0]), Is.EqualTo(new[] { AlertState.Pending, AlertState.Pending, AlertState.Pending, AlertState.Resolved }));
        var alert = Play([2, 2, 2, 3])[^1]!;
        Assert.That((alert.State, alert.Since, alert.OpenedAt, alert.Strength), Is.EqualTo((AlertState.Open, s_start, s_start.AddDays(2), 3.0)), "one incident, from its first window on");
    }

    [Test]
    public void It_ends_after_three_windows_below_the_lower_threshold_and_flickers_not_between_the_two()
    {
        Assert.That(States([2, 2, 0.5, 0.5, 0.5])[^1], Is.EqualTo(AlertState.Resolved));
        Assert.That(States([2, 2, 0.5, 0.5, 0.9, 0.5, 0.5])[^1], Is.EqualTo(AlertState.Open));
        Assert.That(States([2, 2, 0.9, 0.9, 0.9, 0.9, 0.9])[^1], Is.EqualTo(AlertState.Open));
    }

    [Test]
    public void A_fault_of_the_data_opens_at_once() =>
        Assert.That(States([2], AlertKind.DataFault), Is.EqualTo(new[] { AlertState.Open }));

    [Test]
    public void The_same_window_judged_again_counts_once()
    {
        var first = Next(null, 2, 0)!;
        var again = AlertRules.Next(first, Finding(5, AlertKind.Drift), Report(0), new(), s_start.AddDays(9), () => "other")!;
        Assert.That((again.State, again.Seen.Count, again.Strength, again.Id), Is.EqualTo((AlertState.Pending, 1, 5.0, first.Id)));
        Assert.That(AlertRules.Next(first, Finding(0, AlertKind.Drift), Report(0), new(), s_start.AddDays(9), () => "other"), Is.Null);
    }

    [Test]
    public void An_incident_that_comes_back_within_the_cooldown_is_the_same_one()
    {
        var alerts = Play([2, 2, 0, 0, 0, 2]);
        Assert.That(alerts[^1]!.State, Is.EqualTo(AlertState.Open));
        Assert.That(alerts[^1]!.Id, Is.EqualTo(alerts[0]!.Id));
        Assert.That(alerts[^1]!.OpenedAt, Is.EqualTo(alerts[1]!.OpenedAt), "nobody is told anew");
        Assert.That(alerts[^1]!.ResolvedAt, Is.Null);
    }

    [Test]
    public void Another_version_that_does_not_show_it_ends_it()
    {
        var open = Play([2, 2])[^1];
        var ended = AlertRules.Next(open, Finding(0, AlertKind.Drift), Report(2) with { Number = 2 }, new(), s_start.AddDays(3), () => "x")!;
        Assert.That((ended.State, ended.Number), Is.EqualTo((AlertState.Resolved, 2)));
    }

    [Test]
    public void Nothing_found_keeps_nothing() => Assert.That(Next(null, 0.9, 0), Is.Null);

    private static AlertState[] States(double[] strengths, AlertKind kind = AlertKind.Drift) => [.. Play(strengths, kind).Select(a => a!.State)];

    private static List<MonitorAlert?> Play(double[] strengths, AlertKind kind = AlertKind.Drift)
    {
        var alerts = new List<MonitorAlert?>();
        for (var day = 0; day < strengths.Length; day++) alerts.Add(Next(alerts.LastOrDefault(), strengths[day], day, kind) ?? alerts.LastOrDefault());
        return alerts;
    }

    private static MonitorAlert? Next(MonitorAlert? before, double strength, int day, AlertKind kind = AlertKind.Drift) =>
        AlertRules.Next(before, Finding(strength, kind), Report(day), new(), s_start.AddDays(day + 1), () => $"incident-{day}");

    private static AlertFinding Finding(double strength, AlertKind kind) => new(kind, strength, "title", "text", ["x"]);

    private static MonitorReport Report(int day) => new()
    {
        Id = $"r{day}", Model = "m", Number = 1, From = s_start.AddDays(day), To = s_start.AddDays(day + 1), Verdict = MonitorVerdict.Drift, Summary = "", CreatedAt = s_start.AddDays(day + 1),
    };
}
