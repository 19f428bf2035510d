namespace MLOps.Statistics;

/// <summary>The examples in the documentation of the detectors.</summary>
public sealed class DetectorExampleTests
{
    [Test]
    public void Adwin_detects_at_the_first_check_after_the_jump()
    {
        var adwin = new Adwin(delta: 0.002);
        var detected = new List<int>();
        for (var i = 0; i < 2000; i++)
            if (adwin.Update(i < 1000 ? i % 2 : 4 + i % 4) is { Drift: true }) detected.Add(i);
        Assert.That(detected, Is.EqualTo(new[] { 1023 }));
    }

    [Test]
    public void Detectors_of_errors_find_a_rate_that_rises_from_a_tenth_to_a_half()
    {
        Assert.That(First(new Ddm().Update), Is.InRange(1001, 1100));
        Assert.That(First(new Eddm().Update), Is.InRange(1001, 1300));
        Assert.That(First(new HddmA().Update), Is.InRange(1001, 1100));
        Assert.That(First(new HddmW().Update), Is.InRange(1001, 1100));

        static int First(Func<bool, DetectorState> update)
        {
            var first = -1;
            for (var i = 0; i < 2000 && first < 0; i++)
                if (update(i < 1000 ? i % 10 == 9 : i % 2 == 0).Drift) first = i;
            return first;
        }
    }

    [Test]
    public void Page_Hinkley_detects_within_ten_values_of_the_jump()
    {
        var test = new PageHinkley(threshold: 20, direction: PageHinkleyDirection.Up);
        var first = -1;
        for (var i = 0; i < 2000 && first < 0; i++)
            if (test.Update(i < 1000 ? i % 2 : 4 + i % 4) is { Drift: true }) first = i;
        Assert.That(first, Is.InRange(1001, 1010));
    }

    [Test]
    public void Kswin_detects_within_its_newest_values()
    {
        var kswin = new Kswin(alpha: 0.0001);
        var first = -1;
        for (var i = 0; i < 1000 && first < 0; i++)
            if (kswin.Update(i < 500 ? i % 7 : i % 7 + 7) is { Drift: true }) first = i;
        Assert.That(first, Is.InRange(501, 530));
    }
}
