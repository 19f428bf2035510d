using System.CommandLine;
using MLOps.Cli.Documents;
using MLOps.Delivery;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops deploy pause|resume|promote|rollback</c>: a person's word to a deployment, with a reason.</summary>
internal static class DeployTellCommand
{
    public static Command Create(Surroundings surroundings, DeploymentCommand tell, string what)
    {
        var id = new Argument<string>("deployment") { Description = "Its id, or a model for its latest." };
        var reason = new Option<string>("--reason", "-m") { Description = "Why; kept in the history.", HelpName = "text", Required = true };
        return new Command(tell.ToString().ToLowerInvariant(), what) { id, reason }
            .OnStore(surroundings, async (store, screen, arguments, cancellationToken) =>
            {
                var deployment = await store.Deployments.CommandAsync(arguments.GetRequiredValue(id), tell, arguments.GetRequiredValue(reason), cancellationToken).ConfigureAwait(false);
                var item = DeploymentItem.Of(deployment);
                if (screen.Json) screen.Write(new DeploymentChangedDocument(item), CliJson.Default.DeploymentChangedDocument);
                else screen.Line(new Output.Cell(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{deployment.Spec.Model}/{deployment.Spec.Number} "), "bold"), new Output.Cell(item.State, DeployStatusCommand.Colour(item.State)));
                return ExitCode.Ok;
            });
    }
}
