namespace MLOps.Cli.Tests;

/// <summary>What no output may do, whatever stands in the store.</summary>
public sealed class OutputTests
{
    private static readonly string[][] s_commands =
    [
        ["status"], ["run", "list"], ["run", "show", "RUN"], ["model", "list"], ["model", "show", "demand"], ["model", "show", "demand/3"],
        ["model", "show", StoreFixture.Hostile], ["model", "alias", "demand"], ["model", "alias", "demand", "champion"],
        ["data", "list"], ["data", "show", "bike"], ["data", "show", "bike", "--all"], ["why", "demand/2"], ["why", "RUN"],
    ];

    [TestCaseSource(nameof(s_commands))]
    public async Task Redirected_output_has_no_escape_sequences_and_no_drawn_lines(string[] arguments)
    {
        var output = await Command.OnStoreAsync(Filled(arguments));

        Assert.That(output.ExitCode, Is.Zero, output.Error);
        Assert.That(output.Out, Does.Not.Contain('\u001B').And.Not.Contain('\u202E').And.Not.Contain('╭'));
        Assert.That(output.Out.Split('\n'), Has.None.EndsWith(" "));
    }

    [TestCaseSource(nameof(s_commands))]
    public async Task On_a_terminal_hostile_text_stays_text(string[] arguments)
    {
        var output = await Command.RunAsync(new Setting { Terminal = true }, [.. Filled(arguments), "--store", StoreFixture.Store]);

        Assert.That(output.ExitCode, Is.Zero, output.Error);
        // The only escape sequences are colours: ESC [ digits m.
        var others = System.Text.RegularExpressions.Regex.Replace(output.Out, "\u001B\\[[0-9;]*m", "");
        Assert.That(others, Does.Not.Contain('\u001B').And.Not.Contain('\u202E'));
    }

    [Test]
    public async Task A_model_named_like_markup_is_shown_as_it_is_called()
    {
        var terminal = await Command.RunAsync(new Setting { Terminal = true }, "model", "list", "--store", StoreFixture.Store);
        var redirected = await Command.OnStoreAsync("model", "list");

        Assert.That(terminal.Out, Does.Contain("[red]evil[bold] \uFFFDtxt").And.Contain("\u001B[").And.Contain("╭"));
        Assert.That(redirected.Out, Does.Contain("[red]evil[bold] \uFFFDtxt"));
    }

    [TestCase(60)]
    [TestCase(80)]
    public async Task A_narrow_terminal_drops_columns_and_says_which_rather_than_break_ids(int width)
    {
        var id = StoreFixture.RunId[..12];

        var output = await Command.RunAsync(new Setting { Terminal = true, Width = width }, "run", "list", "--store", StoreFixture.Store);

        Assert.That(output.Out, Does.Contain(id).And.Contain("status").And.Contain("No room for"));
        Assert.That(output.Out, Does.Not.Contain("experiment │"));
    }

    [Test]
    public async Task No_color_is_respected()
    {
        var setting = new Setting { Terminal = true, Environment = new Dictionary<string, string> { ["NO_COLOR"] = "1" } };

        var output = await Command.RunAsync(setting, "model", "show", "demand", "--store", StoreFixture.Store);

        Assert.That(output.Out, Does.Not.Contain('\u001B').And.Contain("╭"));
    }

    [TestCaseSource(nameof(s_commands))]
    public async Task Json_holds_the_text_exactly_and_nothing_raw_that_acts_on_a_terminal(string[] arguments)
    {
        await Command.JsonAsync(Filled(arguments));
        var output = await Command.OnStoreAsync([.. Filled(arguments), "--json"]);

        Assert.That(output.Out.Where(c => char.IsControl(c) && c != '\n'), Is.Empty);
        Assert.That(output.Out, Does.Not.Contain('\u202E'));
    }

    private static string[] Filled(string[] arguments) => [.. arguments.Select(a => a == "RUN" ? StoreFixture.RunId : a)];
}
