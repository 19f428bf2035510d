namespace MLOps.Cli.Tests.Commands;

/// <summary>Every command that moves an alias, tried on one whose policy is not met. A later command adds its line.</summary>
public sealed class ProtectedAliasTests
{
    private static readonly string[] s_commands =
    [
        "model alias demand champion 2",
        "model alias demand champion 2 --dry-run",
        "model alias demand champion 2 --override --reason x",
        "model alias demand champion --remove --yes",
        "model promote demand/2",
        "model promote demand/2 --json",
        "model promote demand/2 --override --reason x",
        "model promote demand/2 --as eve --alias champion",
        "model rollback demand --reason x",
        "model rollback demand --reason x --override",
        "model policy demand --remove --reason x --as eve",
        "model policy demand --approvals 1 --reason x --as eve",
    ];

    [Test]
    public async Task A_protected_alias_is_moved_by_no_command_while_its_policy_is_not_met()
    {
        await using var own = await OwnStore.CreateAsync();
        foreach (var number in new[] { 2, 1 }) await own.Client.Models.SetAliasAsync("demand", "champion", number);
        await own.Client.Protection.SetPolicyAsync(new() { Model = "demand", Alias = "champion", Approvals = 2, Owners = ["olga"], MayOverride = ["boss"] });

        foreach (var command in s_commands)
        {
            var output = await Command.RunAsync([.. command.Split(' '), "-s", own.Folder]);
            Assert.That(output.ExitCode, Is.EqualTo(ExitCode.GateFailed), $"{command}: {output.Out} {output.Error}");
            Assert.That(output.Out + output.Error, Does.Contain("approval").Or.Contain("override").Or.Contain("owner").Or.Contain("protected"), command);
        }

        Assert.That((await own.Client.Models.ResolveAsync("demand@champion")).Number, Is.EqualTo(1));
        Assert.That(await own.Client.Models.AliasHistoryAsync("demand", "champion").CountAsync(), Is.EqualTo(2));
    }

    [Test]
    public async Task A_promotion_is_approved_made_and_taken_back_at_the_command_line()
    {
        await using var own = await OwnStore.CreateAsync();
        Task<CommandOutput> Run(string command, params string[] more) => Command.RunAsync([.. command.Split(' '), .. more, "-s", own.Folder]);
        await own.Client.Models.SetAliasAsync("demand", "champion", 1);

        var policy = await Run("model policy demand --approvals 1 --approver ana --gate rmse=7 --may-override boss --as olga");
        var shown = await Run("model policy demand");
        var weakened = await Run("model policy demand --approvals 1 --approver ana --may-override boss --as olga --reason", "no gate yet");
        var approved = await Run("model approve demand/2 --as ana --reason", "looked at it");
        var promoted = await Run("model promote demand/2 --as olga --reason better");
        var revoked = await Run("model revoke demand/2 --as ana");
        var refused = await Run("model rollback demand --reason worse");
        var forced = await Run("model rollback demand --override --as boss --reason", "the site is down");
        var version = await Run("model show demand/2");
        var audit = await Run("audit list demand --by boss");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(policy.ExitCode, Is.Zero, policy.Error);
            Assert.That(shown.Out, Does.Contain("rmse, at most 7 d").And.Contain("olga").And.Contain("boss"));
            Assert.That(weakened.ExitCode, Is.Zero, weakened.Error);
            Assert.That(approved.Out, Does.StartWith("demand/2 approved for champion by ana"));
            Assert.That(promoted.Out, Is.EqualTo("demand@champion: 1 → 2\n"), promoted.Error);
            Assert.That(revoked.Out, Does.Contain("revoked"));
            Assert.That(refused.ExitCode, Is.EqualTo(ExitCode.GateFailed));
            Assert.That(forced.Out, Is.EqualTo("demand@champion: 2 → 1\n"), forced.Error);
            Assert.That(version.Out, Does.Contain("Approvals").And.Contain("ana").And.Contain("revoked"));
            Assert.That(audit.Out, Does.Contain("the site is down").And.Contain("model-aliases/demand@champion"));
        }
    }
}
