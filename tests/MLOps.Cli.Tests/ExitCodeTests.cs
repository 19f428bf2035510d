namespace MLOps.Cli.Tests;

public sealed class ExitCodeTests
{
    [TestCase("status")]
    [TestCase("version")]
    [TestCase("--help")]
    [TestCase("run", "list")]
    [TestCase("model", "show", "demand@champion")]
    [TestCase("model", "alias", "--help")]
    public async Task What_works_ends_with_0_and_says_nothing_on_stderr(params string[] arguments)
    {
        var output = await Command.OnStoreAsync(arguments);

        Assert.That((output.ExitCode, output.Error), Is.EqualTo((0, "")));
        Assert.That(output.Out, Is.Not.Empty);
    }

    [TestCase("run", "show", "ffffffff")]
    [TestCase("run", "show", "not-an-id")]
    [TestCase("model", "show", "nothing")]
    [TestCase("model", "show", "demand/99")]
    [TestCase("model", "show", "demand@nobody")]
    [TestCase("model", "show", "../x")]
    [TestCase("data", "show", "nothing")]
    [TestCase("why", "nothing")]
    [TestCase("model", "alias", "demand", "champion", "3", "--expect", "1")]
    public async Task What_does_not_exist_or_no_longer_holds_ends_with_1_and_a_sentence_on_stderr(params string[] arguments)
    {
        var output = await Command.OnStoreAsync(arguments);

        Assert.That((output.ExitCode, output.Out), Is.EqualTo((1, "")));
        Assert.That(output.Error, Does.StartWith("mlops: ").And.Not.Contain("   at "));
    }

    [TestCase("frobnicate")]
    [TestCase("run")]
    [TestCase("run", "show")]
    [TestCase("run", "list", "--limit", "many")]
    [TestCase("run", "list", "--limit", "-1")]
    [TestCase("run", "list", "--status", "sleeping")]
    [TestCase("model", "alias", "demand", "champion", "three")]
    [TestCase("model", "alias", "demand", "--remove")]
    [TestCase("model", "alias", "demand", "champion", "--reason", "x")]
    [TestCase("status", "--frobnicate")]
    public async Task What_is_mistyped_ends_with_2_and_points_to_the_help(params string[] arguments)
    {
        var output = await Command.OnStoreAsync(arguments);

        Assert.That((output.ExitCode, output.Out), Is.EqualTo((2, "")));
        Assert.That(output.Error, Does.Contain("--help"));
    }

    [Test]
    public async Task Without_arguments_it_says_what_it_can()
    {
        var output = await Command.RunAsync([]);

        Assert.That((output.ExitCode, output.Error), Is.EqualTo((0, "")));
        Assert.That(output.Out, Does.Contain("[command] [options]").And.Contain("why <id>"));
    }

    [Test]
    public async Task Cancelled_ends_with_130()
    {
        var output = await Command.RunAsync(new Setting { Cancellation = new CancellationToken(canceled: true) }, "status");

        Assert.That((output.ExitCode, output.Out), Is.EqualTo((130, "")));
    }

    [Test]
    public void Each_kind_of_error_has_its_code()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ExitCode.Of(new MLOpsNotFoundException("x")), Is.EqualTo(1));
            Assert.That(ExitCode.Of(new MLOpsRejectedException("x")), Is.EqualTo(3));
            Assert.That(ExitCode.Of(new MLOpsIntegrityException("x", "key")), Is.EqualTo(6));
            Assert.That(ExitCode.Of(new OperationCanceledException()), Is.EqualTo(130));
            Assert.That((ExitCode.DriftFound, ExitCode.Inconclusive), Is.EqualTo((4, 5)));
        }
    }

    [Test]
    public async Task With_json_an_error_is_json_on_stderr()
    {
        var output = await Command.OnStoreAsync("model", "show", "nothing", "--json");
        using var error = System.Text.Json.JsonDocument.Parse(output.Error);

        Assert.That((output.ExitCode, output.Out), Is.EqualTo((1, "")));
        Assert.That(error.RootElement.GetProperty("schema").GetInt32(), Is.EqualTo(1));
        Assert.That(error.RootElement.GetProperty("error").GetProperty("code").GetString(), Is.EqualTo("not-found"));
    }
}
