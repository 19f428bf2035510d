namespace MLOps.Statistics;

public sealed class ReservoirTests
{
    private static Reservoir<int> Filled(ulong seed, int capacity = 50, int count = 5000)
    {
        var reservoir = new Reservoir<int>(capacity, seed);
        reservoir.Add(Enumerable.Range(0, count).ToArray());
        return reservoir;
    }

    [Test]
    public void The_same_seed_gives_the_same_sample_for_ever()
    {
        var (first, again) = (Filled(1), Filled(1));
        Assert.That(again.Items, Is.EqualTo(first.Items));
        Assert.That(Filled(2).Items, Is.Not.EqualTo(first.Items));
        // Frozen: a change of the generator would silently change every stored baseline.
        var random = new SplitMix(1234567);
        Assert.That(random.Next(), Is.EqualTo(6457827717110365317UL));
    }

    [Test]
    public void Everything_is_kept_while_there_is_room()
    {
        Assert.That(Filled(1, 50, 50).Items, Is.EqualTo(Enumerable.Range(0, 50)));
        Assert.That(Filled(1) is { Seen: 5000, Items.Count: 50, Capacity: 50 });
        Assert.That(() => new Reservoir<int>(0, 1), Throws.TypeOf<MLOpsInvalidException>());
    }

    [Test]
    public void Every_item_has_the_same_chance()
    {
        var bins = new long[10];
        for (ulong seed = 0; seed < 400; seed++)
        {
            foreach (var item in Filled(seed, 20, 500).Items) bins[item / 50]++;
        }

        var expected = Enumerable.Repeat(1_000_000L, 10).ToArray();
        Assert.That(TwoSample.ChiSquareHomogeneity(expected, bins).PValue, Is.GreaterThan(0.001));
    }
}
