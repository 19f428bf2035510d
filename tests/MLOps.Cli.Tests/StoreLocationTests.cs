namespace MLOps.Cli.Tests;

public sealed class StoreLocationTests
{
    private string _folder = "";

    [SetUp]
    public void Make() => _folder = Directory.CreateTempSubdirectory("mlops-location-").FullName;

    [TearDown]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task A_store_that_is_not_there_is_an_error_that_names_it_and_is_never_made()
    {
        var missing = Path.Combine(_folder, "missing");

        var output = await Command.RunAsync("status", "--store", missing);
        var empty = await Command.RunAsync("model", "list", "-s", _folder);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(output.ExitCode, Is.EqualTo(1));
            Assert.That(output.Error, Does.Contain(missing).And.Contain("--store"));
            Assert.That(Directory.Exists(missing), Is.False);
            Assert.That(empty.ExitCode, Is.EqualTo(1));
            Assert.That(empty.Error, Does.Contain($"'{_folder}' holds no store"));
            Assert.That(Directory.EnumerateFileSystemEntries(_folder), Is.Empty);
        }
    }

    [Test]
    public async Task The_option_wins_over_the_variable_over_the_file_over_the_default()
    {
        var inner = Directory.CreateDirectory(Path.Combine(_folder, "a", "b")).FullName;
        File.WriteAllText(Path.Combine(_folder, "mlops.json"), "{\"store\": \"from-file\"}");
        var variable = new Dictionary<string, string> { ["MLOPS_STORE"] = "from-variable" };

        var option = await Command.RunAsync(new Setting { Directory = inner, Environment = variable }, "status", "--store", "from-option");
        var environment = await Command.RunAsync(new Setting { Directory = inner, Environment = variable }, "status");
        var file = await Command.RunAsync(new Setting { Directory = inner }, "status");
        var none = await Command.RunAsync(new Setting { Directory = Path.GetTempPath() }, "status");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(option.Error, Does.Contain(Path.Combine(inner, "from-option")));
            Assert.That(environment.Error, Does.Contain(Path.Combine(inner, "from-variable")));
            Assert.That(file.Error, Does.Contain(Path.Combine(_folder, "from-file")));
            Assert.That(none.Error, Does.Contain(Path.Combine(Path.GetTempPath(), ".mlops")));
        }
    }

    [Test]
    public async Task The_default_store_and_the_one_of_a_file_are_found()
    {
        File.WriteAllText(Path.Combine(_folder, "mlops.json"), $"{{\"store\": {System.Text.Json.JsonSerializer.Serialize(StoreFixture.Store)}}} // where it is");

        var byDefault = await Command.RunAsync(new Setting { Directory = StoreFixture.Root }, "model", "list");
        var byFile = await Command.RunAsync(new Setting { Directory = _folder }, "model", "list");

        Assert.That((byDefault.ExitCode, byFile.ExitCode), Is.EqualTo((0, 0)));
        Assert.That(byFile.Out, Is.EqualTo(byDefault.Out).And.Contain("demand"));
    }

    [TestCase("{")]
    [TestCase("{}")]
    [TestCase("[]")]
    [TestCase("{\"store\": 7}")]
    public async Task A_file_that_names_no_store_is_an_error_that_names_the_file(string content)
    {
        File.WriteAllText(Path.Combine(_folder, "mlops.json"), content);

        var output = await Command.RunAsync(new Setting { Directory = _folder }, "status");

        Assert.That(output.ExitCode, Is.EqualTo(1));
        Assert.That(output.Error, Does.Contain(Path.Combine(_folder, "mlops.json")));
    }
}
