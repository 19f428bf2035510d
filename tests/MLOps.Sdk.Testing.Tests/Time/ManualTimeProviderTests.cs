namespace MLOps.Testing.Tests.Time;

[TestFixture]
public sealed class ManualTimeProviderTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Test]
    public void Stands_still_until_it_is_moved()
    {
        var clock = new ManualTimeProvider();
        Assert.That(clock.GetUtcNow(), Is.EqualTo(Start));
        var mark = clock.GetTimestamp();
        clock.Advance(TimeSpan.FromSeconds(90));
        Assert.That(clock.GetUtcNow(), Is.EqualTo(Start.AddSeconds(90)));
        Assert.That(clock.GetElapsedTime(mark), Is.EqualTo(TimeSpan.FromSeconds(90)));
        Assert.That(clock.GetLocalNow(), Is.EqualTo(clock.GetUtcNow()));
    }

    [Test]
    public void Begins_where_it_is_told_and_tells_UTC()
    {
        var start = new DateTimeOffset(2020, 2, 29, 12, 0, 0, TimeSpan.FromHours(5));
        var now = new ManualTimeProvider(start).GetUtcNow();
        Assert.That(now, Is.EqualTo(start));
        Assert.That(now.Offset, Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public void Never_goes_back() => Assert.Throws<ArgumentOutOfRangeException>(() => new ManualTimeProvider().Advance(TimeSpan.FromTicks(-1)));

    [Test]
    public void Timers_fire_in_order_and_see_their_own_due_time()
    {
        var clock = new ManualTimeProvider();
        var fired = new List<(string Name, double At)>();
        Timer("late", 5);
        Timer("early", 2);
        Timer("also early", 2);
        Timer("never", 100);
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.That(fired, Is.EqualTo(new[] { ("early", 2.0), ("also early", 2.0), ("late", 5.0) }));
        Assert.That(clock.GetUtcNow(), Is.EqualTo(Start.AddSeconds(10)));
        Assert.That(clock.WaitingTimers, Is.EqualTo(1));

        void Timer(string name, int seconds) => clock.CreateTimer(_ => fired.Add((name, (clock.GetUtcNow() - Start).TotalSeconds)), null, TimeSpan.FromSeconds(seconds), Timeout.InfiniteTimeSpan);
    }

    [Test]
    public void A_periodic_timer_fires_once_per_period_until_it_is_disposed()
    {
        var clock = new ManualTimeProvider();
        var count = 0;
        var timer = clock.CreateTimer(_ => count++, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        clock.Advance(TimeSpan.FromSeconds(7));
        Assert.That(count, Is.EqualTo(4));
        timer.Dispose();
        clock.Advance(TimeSpan.FromSeconds(7));
        Assert.That(count, Is.EqualTo(4));
        Assert.That(timer.Change(TimeSpan.Zero, TimeSpan.Zero), Is.False);
    }

    [Test]
    public void A_timer_can_be_changed_stopped_and_made_by_another()
    {
        var clock = new ManualTimeProvider();
        var fired = new List<string>();
        using var timer = clock.CreateTimer(_ => fired.Add("changed"), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.That(fired, Is.Empty);
        timer.Change(TimeSpan.FromSeconds(3), Timeout.InfiniteTimeSpan);
        using var outer = clock.CreateTimer(_ => clock.CreateTimer(_ => fired.Add("inner"), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        clock.Advance(TimeSpan.FromSeconds(4));
        Assert.That(fired, Is.EqualTo(new[] { "inner", "changed" }));
    }

    [Test]
    public async Task Delays_and_cancellations_of_the_platform_follow_it()
    {
        var clock = new ManualTimeProvider();
        var delay = Task.Delay(TimeSpan.FromHours(1), clock);
        using var source = new CancellationTokenSource(TimeSpan.FromMinutes(30), clock);
        clock.Advance(TimeSpan.FromMinutes(59));
        Assert.That(source.IsCancellationRequested);
        Assert.That(delay.IsCompleted, Is.False);
        clock.Advance(TimeSpan.FromMinutes(1));
        await delay;
    }
}
