namespace MLOps.Cli.Tests.Commands;

public sealed class ModelRegisterCommandTests
{
    [Test]
    public async Task A_folder_is_registered_and_compared_with_the_version_before()
    {
        await using var own = await OwnStore.CreateAsync();
        var folder = Directory.CreateTempSubdirectory("mlops-register-").FullName;
        try
        {
            Task<CommandOutput> Run(string command) => Command.RunAsync([.. command.Split(' '), "-s", own.Folder]);
            await File.WriteAllTextAsync(Path.Combine(folder, "weights.txt"), "1");
            var first = await Run($"model register line {folder} --loader weights --metric rmse=4 --metric latency-p50-ms=2 --tag team=blue --as ana");
            await File.WriteAllTextAsync(Path.Combine(folder, "weights.txt"), "22");
            var second = await Run($"model register line {folder} --loader weights --metric rmse=3");
            var diff = await Run("model diff line/1 line/2");
            var json = await Run("model diff line/1 line/2 --json");
            var bad = await Run($"model register line {folder} --loader weights --metric rmse");

            using (Assert.EnterMultipleScope())
            {
                Assert.That(first.Out, Does.StartWith("line/1"), first.Error);
                Assert.That(second.Out, Does.StartWith("line/2"), second.Error);
                Assert.That(diff.Out, Does.Contain("ana").And.Contain("(-1)").And.Contain("file weights.txt").And.Contain("latency-p50-ms"));
                Assert.That(json.Out, Does.Contain("\"sameContent\": false").And.Contain("\"leftSize\": 1"));
                Assert.That((bad.ExitCode, bad.Error), Is.EqualTo((1, "mlops: --metric 'rmse' is not of the form name=value, or its name was given before.\n")));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
