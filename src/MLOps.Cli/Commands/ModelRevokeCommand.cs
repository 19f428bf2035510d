using System.CommandLine;
using MLOps.Cli.Documents;
using MLOps.Cli.Output;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops model revoke</c>.</summary>
internal static class ModelRevokeCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var reference = ModelOptions.Version();
        var alias = ModelOptions.Alias();
        var reason = ModelOptions.Reason();
        var by = new Option<string?>("--by") { Description = "Whose approval; one's own when left out. Owners of the policy may revoke those of others.", HelpName = "name" };
        return new Command("revoke", "Revokes an approval: no alias moves by it any more.") { reference, alias, reason, by }
            .OnStore(surroundings, async (store, screen, arguments, cancellationToken) =>
            {
                var version = await store.Models.ResolveAsync(arguments.GetRequiredValue(reference), cancellationToken).ConfigureAwait(false);
                var approval = await store.Protection.RevokeAsync(
                    version.Model, version.Number, arguments.GetRequiredValue(alias), arguments.GetValue(by), arguments.GetValue(reason), cancellationToken).ConfigureAwait(false);
                if (screen.Json) screen.Write(new ApprovalDocument(version.Model, version.Number, ApprovalItem.Of(approval)), CliJson.Default.ApprovalDocument);
                else screen.Line(new Cell($"The approval of {version} for {approval.Alias} by {approval.By} is revoked", "green"));
                return ExitCode.Ok;
            });
    }
}
