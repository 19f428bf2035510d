using System.CommandLine;
using System.Globalization;
using MLOps.Cli.Documents;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops model rollback</c>.</summary>
internal static class ModelRollbackCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var model = new Argument<string>("model") { Description = "The model's name." };
        var alias = ModelOptions.Alias();
        var reason = ModelOptions.Reason();
        var force = ModelOptions.Override();
        return new Command("rollback", "Points an alias back to the version it pointed to before.") { model, alias, reason, force }
            .OnStore(surroundings, async (store, screen, arguments, cancellationToken) =>
            {
                var (of, name) = (arguments.GetRequiredValue(model), arguments.GetRequiredValue(alias));
                var previous = await ModelAliasCommand.PreviousAsync(store, of, name, cancellationToken).ConfigureAwait(false);
                var moved = await store.Deployments.RollbackAsync(of, name, new() { Reason = arguments.GetValue(reason), Override = arguments.GetValue(force) }, cancellationToken).ConfigureAwait(false);
                ModelAliasCommand.Say(screen, new AliasMoveDocument(of, name, previous, moved.Number, true), string.Create(CultureInfo.InvariantCulture, $"{of}@{name}: {previous} → {moved.Number}"));
                return ExitCode.Ok;
            });
    }
}
