using System.CommandLine;
using System.CommandLine.Invocation;
using MLOps.Cli.Commands;
using MLOps.Cli.Documents;
using MLOps.Cli.Output;

namespace MLOps.Cli;

/// <summary>The <c>mlops</c> command: from arguments to an exit code.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Surroundings surroundings, CancellationToken cancellationToken)
    {
        // '@' begins no response file here: it stands in references.
        var parsed = Root(surroundings).Parse(arguments.Count > 0 ? arguments : ["--help"], new ParserConfiguration { ResponseFileTokenReplacer = null });
        var json = arguments.Contains(CommonOptions.Json.Name);
        if (parsed.Action is ParseErrorAction) return UsageProblem(parsed, surroundings, json);

        try
        {
            var invocation = new InvocationConfiguration { Output = surroundings.Out, Error = surroundings.Error, EnableDefaultExceptionHandler = false };
            return await parsed.InvokeAsync(invocation, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            surroundings.Error.WriteLine("Cancelled.");
            return ExitCode.Cancelled;
        }
        catch (Exception e) when (e is MLOpsException or IOException or UnauthorizedAccessException)
        {
            Report((e as MLOpsException)?.Code ?? "io", e.Message, surroundings, json);
            return ExitCode.Of(e);
        }
#pragma warning disable CA1031 // The last door: a person is told in a sentence, a script by the exit code.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Report("internal", $"This is a fault in mlops itself: {e}", surroundings, json);
            return ExitCode.Error;
        }
    }

    private static RootCommand Root(Surroundings surroundings) =>
        new("Looks at the data, runs, models and lineage of an MLOps.Sdk store.")
        {
            CommonOptions.Store,
            CommonOptions.Json,
            CommonOptions.As,
            StatusCommand.Create(surroundings),
            new Command("run", "Experiment runs.")
            {
                RunListCommand.Create(surroundings), RunSearchCommand.Create(surroundings), RunShowCommand.Create(surroundings), RunCompareCommand.Create(surroundings), RunTailCommand.Create(surroundings),
                RunLogCommand.Create(surroundings), RunDeleteCommand.Create(surroundings), RunDeleteCommand.Restore(surroundings), RunExportCommand.Create(surroundings),
            },
            new Command("model", "Registered models.") 
            {
                ModelListCommand.Create(surroundings), ModelShowCommand.Create(surroundings), ModelDiffCommand.Create(surroundings), ModelRegisterCommand.Create(surroundings),
                ModelAliasCommand.Create(surroundings), ModelPromoteCommand.Create(surroundings), ModelRollbackCommand.Create(surroundings),
                ModelApproveCommand.Create(surroundings), ModelRevokeCommand.Create(surroundings), ModelPolicyCommand.Create(surroundings),
                ModelCardCommand.Create(surroundings), ModelImpactCommand.Create(surroundings), ModelExportCommand.Create(surroundings), ModelImportCommand.Create(surroundings),
            },
            new Command("gate", "Gates: whether a version may go on.") { GateCheckCommand.Create(surroundings) },
            new Command("deploy", "Versions on their way to users.")
            {
                DeployStartCommand.Create(surroundings), DeployStatusCommand.Create(surroundings), DeployExplainCommand.Create(surroundings),
                DeployTellCommand.Create(surroundings, MLOps.Delivery.DeploymentCommand.Pause, "Holds a deployment where it is; its guards stay awake."),
                DeployTellCommand.Create(surroundings, MLOps.Delivery.DeploymentCommand.Resume, "Lets a paused deployment go on."),
                DeployTellCommand.Create(surroundings, MLOps.Delivery.DeploymentCommand.Promote, "Promotes at once, whatever the evidence says; the alias's policy holds."),
                DeployTellCommand.Create(surroundings, MLOps.Delivery.DeploymentCommand.RollBack, "Gives everything back to the champion, also after a promotion."),
            },
            new Command("audit", "Who changed what, and whether anybody did behind the library.")
            {
                AuditListCommand.Create(surroundings), AuditVerifyCommand.Create(surroundings), AuditSignCommand.Create(surroundings), AuditExportCommand.Create(surroundings),
            },
            new Command("data", "Dataset versions.")
            {
                DataListCommand.Create(surroundings), DataCommitCommand.Create(surroundings), DataLogCommand.Create(surroundings), DataShowCommand.Create(surroundings), DataDiffCommand.Create(surroundings),
                DataNameCommand.Branch(surroundings), DataNameCommand.Tag(surroundings), DataMergeCommand.Create(surroundings), DataMergeCommand.Rollback(surroundings),
                DataRestoreCommand.Checkout(surroundings), DataRestoreCommand.Create(surroundings), DataVerifyCommand.Create(surroundings), DataRepairCommand.Create(surroundings), DataCollectCommand.Create(surroundings),
                DataTransferCommand.Push(surroundings), DataTransferCommand.Pull(surroundings), DataTransferCommand.Clone(surroundings),
            },
            WhyCommand.Create(surroundings),
            DriftCommand.Create(surroundings),
            MonitorCommand.Create(surroundings),
            new Command("store", "Whole stores.") { StoreCopyCommand.Create(surroundings), StoreVerifyCommand.Create(surroundings) },
            OutboxCommand.Create(surroundings),
            VersionCommand.Create(surroundings),
        };

    private static int UsageProblem(ParseResult parsed, Surroundings surroundings, bool json)
    {
        // "A command is required" says nothing new beside the word that is none.
        var unknown = parsed.UnmatchedTokens.Count > 0;
        var message = string.Join(" ", parsed.Errors.Where(e => !unknown || parsed.Errors.Count == 1 || parsed.UnmatchedTokens.Any(t => e.Message.Contains(t, StringComparison.Ordinal))).Select(e => e.Message));
        Report("usage", message, surroundings, json);
        if (!json)
        {
            var names = parsed.CommandResult.Command.Parents.OfType<Command>().Any() ? $"mlops {parsed.CommandResult.Command.Name}" : "mlops";
            if (parsed.CommandResult.Parent is System.CommandLine.Parsing.CommandResult { Command: not RootCommand } parent) names = $"mlops {parent.Command.Name} {parsed.CommandResult.Command.Name}";
            surroundings.Error.WriteLine($"Say '{names} --help' to see what it takes.");
        }

        return ExitCode.Usage;
    }

    private static void Report(string code, string message, Surroundings surroundings, bool json)
    {
        if (json) surroundings.Error.WriteLine(CliJson.Text(new ErrorDocument(new ErrorItem(code, message)), CliJson.Default.ErrorDocument));
        else surroundings.Error.WriteLine($"mlops: {Words.Clean(message)}");
    }
}
