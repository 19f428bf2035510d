namespace MLOps.Serving;

public sealed class LeaseCountTests
{
    [Test]
    public void A_retired_count_lets_nobody_in_and_drains_with_the_last_to_leave()
    {
        var count = new LeaseCount();
        Assert.That(count.TryEnter(out var first, out _), Is.True);
        Assert.That(count.TryEnter(out var second, out _), Is.True);
        Assert.That(count.Leave(first), Is.False);
        Assert.That(count.Retire(), Is.False, "one is inside");
        Assert.That(count.TryEnter(out _, out var drained), Is.False);
        Assert.That(drained, Is.False);
        Assert.That(count.Leave(second), Is.True);
        Assert.That(count.Retire(), Is.False, "only once");
    }

    [Test]
    public void An_idle_count_drains_at_once() => Assert.That(new LeaseCount().Retire(), Is.True);

    [Test]
    public void However_callers_and_retirement_race_exactly_one_is_told_to_dispose_and_nobody_is_inside_then()
    {
        for (var round = 0; round < 2000; round++)
        {
            var count = new LeaseCount();
            var inside = 0;
            var told = 0;
            var wrong = 0;
            Parallel.Invoke(Call, Call, Call, () => Told(count.Retire()));
            Assert.That((told, wrong), Is.EqualTo((1, 0)), $"round {round}");

            void Call()
            {
                for (var i = 0; i < 50; i++)
                {
                    if (!count.TryEnter(out var stripe, out var drained))
                    {
                        Told(drained);
                        return;
                    }

                    Interlocked.Increment(ref inside);
                    if (Volatile.Read(ref told) > 0) Interlocked.Increment(ref wrong);
                    Interlocked.Decrement(ref inside);
                    Told(count.Leave(stripe));
                }
            }

            void Told(bool now)
            {
                if (!now) return;
                Interlocked.Increment(ref told);
                if (Volatile.Read(ref inside) != 0) Interlocked.Increment(ref wrong);
            }
        }
    }
}
