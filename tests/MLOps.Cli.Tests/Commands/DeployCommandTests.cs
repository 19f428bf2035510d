using System.Xml.Linq;
using MLOps.Delivery;

namespace MLOps.Cli.Tests;

public sealed class DeployCommandTests
{
    [Test]
    public async Task Gates_on_recorded_metrics_size_and_signature_are_asked_kept_and_written_for_a_build_server()
    {
        await using var own = await OwnStore.CreateAsync();
        await own.Client.Models.SetAliasAsync("demand", "champion", 1);
        var candidate = await own.Client.Models.RegisterAsync("demand", new Times(3), new() { Metrics = new Dictionary<string, double> { ["rmse"] = 48, ["auc"] = 0.8 } });
        string File(string name) => Path.Combine(own.Folder, name);
        var passed = await Command.RunAsync("gate", "check", "demand", "--at-most", "rmse=50", "--at-least", "auc=0.75", "--max-size", "1000000", "--signature", "--junit", File("g.xml"), "--markdown", File("g.md"), "--out", File("g.json"), "--store", own.Folder);
        Assert.That((passed.ExitCode, passed.Error), Is.EqualTo((ExitCode.Ok, "")));
        Assert.That(passed.Out, Does.StartWith("demand/3  passed").And.Contain("recorded-rmse  passed"));
        Assert.That(XElement.Load(File("g.xml")).Attribute("tests")!.Value, Is.EqualTo("4"));
        Assert.That(await System.IO.File.ReadAllTextAsync(File("g.md")), Does.StartWith("## demand/3: passed"));
        Assert.That(await System.IO.File.ReadAllTextAsync(File("g.json")), Does.Contain(candidate.Digest.Hex));
        Assert.That(await own.Client.Models.VerdictsAsync("demand", 3).Select(v => v.Gate).ToListAsync(), Is.EquivalentTo(new[] { "recorded-rmse", "recorded-auc", "signature", "size" }));

        Assert.That((await Command.RunAsync("gate", "check", "demand", "--at-most", "rmse=40", "--store", own.Folder)).ExitCode, Is.EqualTo(ExitCode.GateFailed));
        Assert.That((await Command.RunAsync("gate", "check", "demand", "--at-most", "mae=40", "--store", own.Folder)).ExitCode, Is.EqualTo(ExitCode.Inconclusive));
        Assert.That((await Command.RunAsync("gate", "check", "demand", "--at-most", "rmse=x", "--store", own.Folder)).Error, Does.Contain("'x' is no number"));
        Assert.That((await Command.RunAsync("gate", "check", "demand", "--store", own.Folder)).Error, Does.Contain("No gate is asked"));
        Assert.That((await Command.RunAsync("gate", "check", "demand", "--at-most", "rmse=50", "--junit", File("g.xml"), "--store", own.Folder)).ExitCode, Is.EqualTo(ExitCode.Error), "a file that is there is not replaced");
    }

    [Test]
    public async Task A_deployment_is_started_shown_told_and_explained()
    {
        await using var own = await OwnStore.CreateAsync();
        await own.Client.Models.SetAliasAsync("demand", "champion", 1);
        var none = await Command.RunAsync("deploy", "status", "--store", own.Folder);
        Assert.That((none.ExitCode, none.Out), Is.EqualTo((ExitCode.Ok, "No deployment was started yet.\n")));
        var started = await Command.RunAsync("deploy", "start", "demand/2", "--canary", "1,10%,50", "--bake", "2h", "--gate", "rmse", "--errors", "0.005", "--drift", "0.2", "--reason", "better", "--store", own.Folder);
        Assert.That(started.ExitCode, Is.Zero, started.Error);
        var spec = (await own.Client.Deployments.FindAsync("demand")).Spec;
        Assert.That((spec.Bake, spec.Reason), Is.EqualTo((TimeSpan.FromHours(2), "better")));
        Assert.That(spec.Canary, Is.EqualTo(new[] { 0.01, 0.1, 0.5 }).Within(1e-12));
        Assert.That(spec.Gates, Is.EqualTo(new[] { "rmse" }));
        Assert.That(spec.Guards, Is.EqualTo(new DeploymentGuard[] { new(GuardKind.Errors, 0.005), new(GuardKind.SlowAnswers, 0.02), new(GuardKind.MeanOutput, 0.2) }));
        await own.Client.Services.Get<DeploymentController>().ProcessAsync();

        var one = await Command.RunAsync("deploy", "status", "demand", "--store", own.Folder);
        Assert.That(one.Out, Does.StartWith("demand/2  as champion  gating").And.Contain("It waits for the verdict of rmse."));
        Assert.That((await Command.RunAsync("deploy", "status", "--store", own.Folder)).Out, Does.Contain("demand/2").And.Contain("gating"));
        Assert.That((await Command.RunAsync("deploy", "start", "demand/2", "--store", own.Folder)).Error, Does.Contain("is under way"));
        Assert.That((await Command.RunAsync("deploy", "pause", "demand", "--reason", "lunch", "--store", own.Folder)).Out, Is.EqualTo("demand/2 paused\n"));
        Assert.That((await Command.RunAsync("deploy", "promote", "demand", "--reason", "now", "--store", own.Folder)).Error, Does.Contain("Promote leads nowhere"), "there is no way around gates");
        Assert.That((await Command.RunAsync("deploy", "resume", "demand", "--reason", "back", "--store", own.Folder)).Out, Is.EqualTo("demand/2 gating\n"));
        Assert.That((await Command.RunAsync("deploy", "rollback", "demand", "--store", own.Folder)).ExitCode, Is.EqualTo(ExitCode.Usage), "without a reason");
        Assert.That((await Command.RunAsync("deploy", "rollback", "demand", "-m", "no use", "--as", "ann", "--store", own.Folder)).Out, Is.EqualTo("demand/2 rolledBack\n"));
        var why = await Command.RunAsync("deploy", "explain", "demand", "--store", own.Folder);
        Assert.That(why.ExitCode, Is.Zero);
        Assert.That(why.Out.Split('\n').Where(l => l.Length > 0 && char.IsDigit(l.TrimStart()[0])).Select(l => l.Split("Z  ")[1]), Has.Exactly(5).Items);
        Assert.That(why.Out, Does.Contain("rolledBack  rollBack by ann").And.Contain("no use"));
    }

    [TestCase("--canary", "50,5", "growing shares")]
    [TestCase("--canary", "x", "is no number")]
    [TestCase("--bake", "5 apples", "is no number")]
    [TestCase("--bake", "-5m", "is no time")]
    [TestCase("--bake", "", "is no time")]
    [TestCase("--step", "9999d", "is no time")]
    [TestCase("--alpha", "2", "Alpha")]
    public async Task What_makes_no_sense_is_refused_with_a_sentence(string option, string value, string message)
    {
        await using var own = await OwnStore.CreateAsync();
        var refused = await Command.RunAsync("deploy", "start", "demand/2", option, value, "--store", own.Folder);
        Assert.That(refused.ExitCode, Is.EqualTo(ExitCode.Error));
        Assert.That(refused.Error, Does.Contain(message));
    }
}
