namespace MLOps.Cli.Tests.Commands;

public sealed class ModelAliasCommandTests
{
    [Test]
    public async Task An_alias_is_set_moved_listed_and_removed_and_its_history_stays()
    {
        await using var own = await OwnStore.CreateAsync();
        Task<CommandOutput> Alias(params string[] arguments) => Command.RunAsync(["model", "alias", "demand", .. arguments, "-s", own.Folder]);

        var none = await Alias();
        var set = await Alias("champion", "1", "--expect", "0", "--reason", "first");
        var moved = await Alias("champion", "2", "--expect", "1", "-m", "better");
        var listed = await Alias();
        var removed = await Alias("champion", "--remove", "--yes", "--reason", "over");
        var history = await Alias("champion");
        var gone = await own.Client.Models.AliasHistoryAsync("demand", "champion").Select(m => m.Number).ToListAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(none.Out, Is.EqualTo("No aliases.\n"));
            Assert.That(set.Out, Is.EqualTo("demand@champion: 1\n"));
            Assert.That(moved.Out, Is.EqualTo("demand@champion: 1 → 2\n"));
            Assert.That(listed.Out, Does.Match(@"champion +2 .* better\n"));
            Assert.That(removed.Out, Is.EqualTo("demand@champion: 2 → removed\n"));
            Assert.That(gone, Is.EqualTo([0, 2, 1]));
            Assert.That(history.Out, Does.Contain("removed").And.Contain("over").And.Contain("first"));
        }
    }

    [Test]
    public async Task A_lost_race_is_reported_and_nothing_is_moved()
    {
        await using var own = await OwnStore.CreateAsync();
        await own.Client.Models.SetAliasAsync("demand", "champion", 1);

        var output = await Command.RunAsync("model", "alias", "demand", "champion", "2", "--expect", "2", "--json", "-s", own.Folder);

        Assert.That(output.ExitCode, Is.EqualTo(1));
        Assert.That(output.Error, Does.Contain("\"conflict\""));
        Assert.That((await own.Client.Models.ResolveAsync("demand@champion")).Number, Is.EqualTo(1));
    }

    [Test]
    public async Task A_dry_run_says_what_it_would_do_and_does_nothing()
    {
        await using var own = await OwnStore.CreateAsync();
        await own.Client.Models.SetAliasAsync("demand", "champion", 1);

        var move = await Command.RunAsync("model", "alias", "demand", "champion", "2", "--dry-run", "-s", own.Folder);
        var removal = await Command.RunAsync("model", "alias", "demand", "champion", "--remove", "--dry-run", "-s", own.Folder);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(move.Out, Does.StartWith("demand@champion: 1 → 2").And.Contain("nothing was changed"));
            Assert.That(removal.Out, Does.Contain("removed").And.Contain("nothing was changed"));
            Assert.That((await own.Client.Models.ResolveAsync("demand@champion")).Number, Is.EqualTo(1));
        }
    }

    [Test]
    public async Task Without_somebody_to_ask_a_removal_needs_yes()
    {
        await using var own = await OwnStore.CreateAsync();
        await own.Client.Models.SetAliasAsync("demand", "champion", 1);

        var output = await Command.RunAsync("model", "alias", "demand", "champion", "--remove", "-s", own.Folder);

        Assert.That(output.ExitCode, Is.EqualTo(1));
        Assert.That(output.Error, Does.Contain("--yes"));
        Assert.That((await own.Client.Models.ResolveAsync("demand@champion")).Number, Is.EqualTo(1));
    }

    [TestCase("demand", "champion", "7", "demand")]
    [TestCase("demand", "a/b", "1", "a/b")]
    [TestCase("demand/1", "champion", "1", "the model's name alone")]
    [TestCase("nothing", "champion", "1", "nothing")]
    public async Task What_cannot_be_pointed_at_is_refused(string model, string alias, string number, string says)
    {
        await using var own = await OwnStore.CreateAsync();

        var output = await Command.RunAsync("model", "alias", model, alias, number, "-s", own.Folder);

        Assert.That(output.ExitCode, Is.EqualTo(1));
        Assert.That(output.Error, Does.Contain(says));
    }
}
