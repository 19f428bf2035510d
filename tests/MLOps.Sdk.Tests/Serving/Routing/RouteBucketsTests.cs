namespace MLOps.Serving;

public sealed class RouteBucketsTests
{
    [Test]
    public void Raising_a_share_never_moves_a_user_of_the_candidate_back()
    {
        var seed = RouteBuckets.Seed("deployment-1");
        var users = Enumerable.Range(0, 20_000).Select(i => RouteBuckets.Of($"user-{i}", seed)).ToList();
        var before = new HashSet<int>();
        foreach (var share in new[] { 0, 1, 100, 500, 2500, 5000, 9999, 10_000 })
        {
            var dealt = RouteBuckets.Deal([new("champion", null, Route.Whole - share), new("canary", 2, share)]);
            var now = Enumerable.Range(0, users.Count).Where(i => dealt[users[i]] == 1).ToHashSet();
            Assert.That(before.IsSubsetOf(now), $"somebody was moved back at {share}");
            Assert.That(now.Count / (double)users.Count, Is.EqualTo(share / 10_000.0).Within(0.012));
            before = now;
        }
    }

    [Test]
    public void With_two_candidates_raising_one_moves_nobody_out_of_either()
    {
        var random = new Random(5);
        for (var round = 0; round < 200; round++)
        {
            var (a, b) = (0, 0);
            var before = RouteBuckets.Deal(Arms(a, b));
            while (a + b < Route.Whole)
            {
                var raise = random.Next(1, Route.Whole - a - b + 1);
                if (random.Next(2) == 0) a += raise;
                else b += raise;
                var now = RouteBuckets.Deal(Arms(a, b));
                for (var bucket = 0; bucket < Route.Whole; bucket++)
                    if (before[bucket] != 0 && now[bucket] != before[bucket]) Assert.Fail($"bucket {bucket} left arm {before[bucket]} at {a} and {b}");
                Assert.That((now.Count(p => p == 1), now.Count(p => p == 2)), Is.EqualTo((a, b)));
                before = now;
            }
        }

        static RouteArm[] Arms(int a, int b) => [new("champion", null, Route.Whole - a - b), new("a", 2, a), new("b", 3, b)];
    }

    [Test]
    public void Any_shares_that_sum_up_are_dealt_as_they_are()
    {
        var random = new Random(6);
        for (var round = 0; round < 300; round++)
        {
            var cuts = Enumerable.Range(0, random.Next(0, 12)).Select(_ => random.Next(Route.Whole + 1)).Append(0).Append(Route.Whole).Order().ToList();
            var shares = cuts.Zip(cuts.Skip(1), (from, to) => to - from).ToList();
            var dealt = RouteBuckets.Deal([.. shares.Select((share, i) => new RouteArm($"arm-{i}", i + 1, share))]);
            Assert.That(shares.Select((_, i) => dealt.Count(p => p == i)), Is.EqualTo(shares));
        }
    }

    [Test]
    public void Another_salt_chooses_other_users_and_the_choice_is_the_same_on_every_machine()
    {
        var (one, two) = (RouteBuckets.Seed("d1"), RouteBuckets.Seed("d2"));
        var both = Enumerable.Range(0, 10_000).Count(i => RouteBuckets.Of($"u{i}", one) < 1000 && RouteBuckets.Of($"u{i}", two) < 1000);
        Assert.That(both, Is.InRange(60, 140), "1 % of all would be in both by chance");
        // Known values: whoever changes the hash moves every user of every running deployment.
        Assert.That(new[] { "", "a", "user-1", new string('ü', 400) }.Select(k => RouteBuckets.Of(k, one)).ToArray(), Is.EqualTo(new[] { 3257, 6948, 6474, 8723 }));
    }
}
