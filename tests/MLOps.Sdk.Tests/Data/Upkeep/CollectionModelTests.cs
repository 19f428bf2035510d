using Model = MLOps.Data.Upkeep.CollectionModel;

namespace MLOps.Data.Upkeep;

/// <summary>Every interleaving of small casts: nothing that has a name ever loses a chunk. With one rule left out, a story that breaks it is found.</summary>
public sealed class CollectionModelTests
{
    private const int X = 1, Y = 2;

    [Test]
    public void Nothing_named_is_ever_lost_whatever_the_order_of_steps()
    {
        var model = new Model();
        var states = 0;
        foreach (var (name, actors) in Casts(model))
        {
            var (count, broken) = Model.Explore(Store(), actors);
            Assert.That(broken, Is.Null, name);
            states += count;
        }

        TestContext.Out.WriteLine($"{states} states");
        Assert.That(states, Is.GreaterThan(10_000), "the casts did too little");
    }

    [TestCase(Model.Flaw.CommitsDoNotCheckTheEpoch)]
    [TestCase(Model.Flaw.WritersRelyOnCondemnedPacks)]
    [TestCase(Model.Flaw.NothingIsMarkedAgain)]
    [TestCase(Model.Flaw.NamesDoNotCheckTheVersion)]
    [TestCase(Model.Flaw.VersionsAreNotMarkedCollected)]
    [TestCase(Model.Flaw.CollectorsDoNotCheckTheEpoch)]
    public void Each_rule_is_needed(object flaw)
    {
        var model = new Model((Model.Flaw)flaw);
        var stories = Casts(model).Select(c => Model.Explore(Store(), c.Actors).Broken).OfType<string>().ToList();
        Assert.That(stories, Is.Not.Empty);
        TestContext.Out.WriteLine(stories[0]);
    }

    /// <summary>Version 0 holds x and has no name; version 1 holds y and has one. Both lie in one pack.</summary>
    private static Model.World Store()
    {
        var world = new Model.World();
        world.Pack(X | Y);
        world.Version(X, named: false);
        world.Version(Y, named: true);
        return world;
    }

    private static IEnumerable<(string Name, IReadOnlyList<(string, Model.Actor)> Actors)> Casts(Model model)
    {
        yield return ("a commit of old data", [("writer", model.Writer(X)), ("collector", model.Collector())]);
        yield return ("two commits", [("writer", model.Writer(X)), ("other", model.Writer(X | Y)), ("collector", model.Collector())]);
        yield return ("a tag on old data", [("namer", model.Namer(0)), ("collector", model.Collector())]);
        yield return ("a name moves", [("namer", model.Namer(1)), ("forgetter", Model.Forgetter(1)), ("writer", model.Writer(X)), ("collector", model.Collector())]);
        yield return ("two collectors", [("collector", model.Collector()), ("collector-2", model.Collector()), ("writer", model.Writer(X))]);
        yield return ("two collectors and a tag", [("collector", model.Collector()), ("collector-2", model.Collector()), ("namer", model.Namer(0))]);
        yield return ("two collectors, a name goes and comes", [("collector", model.Collector()), ("collector-2", model.Collector()), ("forgetter", Model.Forgetter(1)), ("namer", model.Namer(1))]);
    }
}
