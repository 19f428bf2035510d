using MLOps.Delivery;

namespace MLOps.Cli.Tests;

public sealed class WorkflowTests
{
    [Test]
    public async Task The_commands_of_the_sample_workflow_do_what_it_says()
    {
        await using var own = await OwnStore.CreateAsync();
        async Task RegisterAsync(double rmse) => await own.Client.Models.RegisterAsync("demand", new Times(3), new() { Metrics = new Dictionary<string, double> { ["rmse"] = rmse } });
        await RegisterAsync(50);
        await own.Client.Models.SetAliasAsync("demand", "champion", 3);
        await RegisterAsync(49);
        var commands = Commands(await File.ReadAllTextAsync(Repository.At("samples/ci/model.yml")));
        Assert.That(commands.Select(c => $"{c[0]} {c[1]}"), Is.EqualTo(new[] { "gate check", "deploy start", "deploy status" }));
        foreach (var command in commands)
        {
            var output = await Command.RunAsync(new Setting { Directory = own.Folder }, [.. command.Select(a => a.StartsWith("gates.", StringComparison.Ordinal) ? Path.Combine(own.Folder, a) : a), "--store", own.Folder]);
            Assert.That((output.ExitCode, output.Error), Is.EqualTo((ExitCode.Ok, "")), string.Join(' ', command));
        }

        // What the build server judged is what the controller waits for.
        await own.Client.Services.Get<DeploymentController>().ProcessAsync();
        Assert.That((await own.Client.Deployments.FindAsync("demand")).State, Is.EqualTo(DeploymentState.Loading));

        await own.Client.Deployments.CommandAsync("demand", DeploymentCommand.RollBack, "a worse one comes");
        await RegisterAsync(55);
        Assert.That((await Command.RunAsync([.. commands[0].TakeWhile(a => a != "--junit"), "--store", own.Folder])).ExitCode, Is.EqualTo(ExitCode.GateFailed), "a step that ends otherwise than 0 ends the workflow");
    }

    /// <summary>The arguments of every line that calls the command, continued lines joined.</summary>
    private static List<string[]> Commands(string workflow) =>
    [
        .. from line in workflow.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n')
           let at = line.IndexOf("$MLOPS ", StringComparison.Ordinal)
           where at >= 0
           select line[(at + 7)..].Split('"').SelectMany((part, i) => i % 2 == 1 ? [part] : part.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToArray(),
    ];
}
