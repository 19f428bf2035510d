using System.CommandLine;
using MLOps.Cli.Documents;
using MLOps.Cli.Output;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops model approve</c>.</summary>
internal static class ModelApproveCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var reference = ModelOptions.Version();
        var alias = ModelOptions.Alias();
        var reason = ModelOptions.Reason();
        return new Command("approve", "Approves that an alias may point to exactly the content of a version, in the name of --as.") { reference, alias, reason }
            .OnStore(surroundings, async (store, screen, arguments, cancellationToken) =>
            {
                var version = await store.Models.ResolveAsync(arguments.GetRequiredValue(reference), cancellationToken).ConfigureAwait(false);
                var approval = await store.Protection.ApproveAsync(version, arguments.GetRequiredValue(alias), arguments.GetValue(reason), cancellationToken).ConfigureAwait(false);
                if (screen.Json) screen.Write(new ApprovalDocument(version.Model, version.Number, ApprovalItem.Of(approval)), CliJson.Default.ApprovalDocument);
                else
                {
                    screen.Line(new Cell($"{version} approved for {approval.Alias} by {approval.By}", "green"), Cell.Faint($"  {approval.Digest.Hex[..12]}"));
                    var decision = await store.Protection.DecideAsync(version.Model, approval.Alias, version.Number, cancellationToken).ConfigureAwait(false);
                    foreach (var missing in decision.Missing) screen.Line(Cell.Faint($"still missing: {missing}"));
                }

                return ExitCode.Ok;
            });
    }
}
