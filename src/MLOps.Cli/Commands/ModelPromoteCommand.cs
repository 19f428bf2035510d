using System.CommandLine;
using System.Globalization;
using MLOps.Cli.Documents;
using MLOps.Delivery;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops model promote</c>: moves an alias to a version if its policy is met. Gates are code, and run where the application is.</summary>
internal static class ModelPromoteCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var reference = ModelOptions.Version();
        var alias = ModelOptions.Alias();
        var reason = ModelOptions.Reason();
        var force = ModelOptions.Override();
        return new Command("promote", "Points an alias to a version, if its policy is met: gates that passed, approvals that stand.") { reference, alias, reason, force }
            .OnStore(surroundings, async (store, screen, arguments, cancellationToken) =>
            {
                var candidate = await store.Models.ResolveAsync(arguments.GetRequiredValue(reference), cancellationToken).ConfigureAwait(false);
                var options = new PromotionOptions { Alias = arguments.GetRequiredValue(alias), Reason = arguments.GetValue(reason), Override = arguments.GetValue(force) };
                var promotion = await store.Deployments.PromoteAsync(candidate, options, cancellationToken).ConfigureAwait(false);
                if (screen.Json)
                    screen.Write(
                        new PromotionDocument(candidate.Model, options.Alias, promotion.Previous?.Number, candidate.Number, promotion.Promoted, promotion.Refusal), CliJson.Default.PromotionDocument);
                else if (promotion.Promoted)
                    screen.Line(new Output.Cell(
                        string.Create(CultureInfo.InvariantCulture, $"{candidate.Model}@{options.Alias}: {(promotion.Previous is { } before ? $"{before.Number} → " : "")}{candidate.Number}"), "green"));
                else throw new MLOpsRejectedException(promotion.Refusal ?? "A gate did not pass.");
                return promotion.Promoted ? ExitCode.Ok : ExitCode.GateFailed;
            });
    }
}
