using MLOps.Monitoring;
using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Tests.Monitoring;

internal sealed class AlertTests
{
    [Test]
    public async Task Four_drifted_weeks_are_one_alert_that_says_what_since_when_and_how_far()
    {
        await using var world = new LiveWorld();
        var version = await world.RegisterChampionAsync();
        var start = world.Clock.GetUtcNow();
        for (var week = 0; week < 4; week++) await WeekAsync(world, version, shift: 1.5);

        var alert = (await world.Monitor.AlertsAsync(LiveWorld.Line).ToListAsync()).Single();
        Assert.That((alert.Kind, alert.State, alert.Since, alert.Features[0]), Is.EqualTo((AlertKind.Drift, AlertState.Open, start, "x")));
        Assert.That(alert.Title, Does.StartWith("x, prediction drifted: x mean"));
        Assert.That(alert.Text, Does.Contain("sd)").And.Contain("most likely a shift").And.Contain("% of the model hangs on it").And.Contain("most moved"));
        Assert.That(alert.Links, Does.Contain(version.ToRef()));
        Assert.That(alert.Links.Select(l => l.Kind), Does.Contain(EntityRef.DeploymentKind).And.Contain(EntityRef.ReportKind));

        for (var week = 0; week < 3; week++) await WeekAsync(world, version, shift: 0);
        Assert.That((await world.Monitor.AlertsAsync().ToListAsync()).Single().State, Is.EqualTo(AlertState.Resolved));
        var events = await Outbox.In(world.Get<IRecordStore>()).QueryAsync(orderBy: "at").Select(e => e.Value).Where(e => e.Type.StartsWith("alert.", StringComparison.Ordinal)).ToListAsync();
        Assert.That(events.Select(e => e.Type), Is.EqualTo(new[] { ModelEventType.AlertOpened, ModelEventType.AlertResolved }));
        Assert.That(events[0].Data["text"], Does.Contain("most likely a shift"));
    }

    [Test]
    public async Task An_alert_is_taken_up_and_a_silenced_model_tells_nobody()
    {
        await using var world = new LiveWorld();
        var version = await world.RegisterChampionAsync();
        await world.Monitor.SilenceAsync(LiveWorld.Line, world.Clock.GetUtcNow().AddDays(60), "moving house");
        for (var week = 0; week < 2; week++) await WeekAsync(world, version, shift: 1.5);
        var alert = (await world.Monitor.AlertsAsync().ToListAsync()).Single();
        Assert.That((alert.State, alert.IsHeldBack), Is.EqualTo((AlertState.Open, true)));
        var taken = await world.Monitor.AcknowledgeAsync(alert.Id, "it is the new town");
        Assert.That((taken.AcknowledgedAt, taken.Note), Is.EqualTo((world.Get<RecordWriter>().Now, "it is the new town")));
        Assert.That((await world.Monitor.AlertsAsync().ToListAsync()).Single().Note, Is.EqualTo("it is the new town"));
        Assert.That(async () => await world.Monitor.AcknowledgeAsync("../x"), Throws.TypeOf<MLOpsNotFoundException>());
    }

    [Test]
    public async Task A_column_in_another_unit_is_a_fault_of_the_data_told_at_once()
    {
        await using var world = new LiveWorld();
        var version = await world.RegisterChampionAsync();
        await world.PredictAsync(version, [.. LiveWorld.Rows(40, 400, colour: "red").Select(r => r with { X = r.X * 1000 })]);
        await world.Monitor.EvaluateAsync(LiveWorld.Line, world.Window);
        var alerts = await world.Monitor.AlertsAsync().ToListAsync();
        var fault = alerts.Single(a => a.Kind is AlertKind.DataFault);
        Assert.That(fault.State, Is.EqualTo(AlertState.Open));
        Assert.That(fault.Text, Does.Contain("most likely another unit").And.Contain("Nothing should be trained on this data"));
    }

    private static async Task WeekAsync(LiveWorld world, MLOps.Models.ModelVersion version, double shift)
    {
        var window = world.Window;
        await world.PredictAsync(version, LiveWorld.Rows(50 + (int)(window.From.UtcTicks / TimeSpan.TicksPerDay % 1000), 400, shift));
        world.Clock.Advance(TimeSpan.FromDays(7));
        await world.Monitor.EvaluateAsync(LiveWorld.Line, window);
    }
}
