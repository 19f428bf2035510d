using System.CommandLine;
using MLOps.Cli.Output;

namespace MLOps.Cli;

/// <summary>What a command does with an open store; gives the exit code.</summary>
internal delegate Task<int> StoreAction(MLOpsClient store, Screen screen, ParseResult arguments, CancellationToken cancellationToken);

/// <summary>Opens the store around a command.</summary>
internal static class StoreActions
{
    /// <param name="command">The command.</param>
    /// <param name="surroundings">Where it runs.</param>
    /// <param name="action">What it does.</param>
    /// <param name="mayCreate">Whether a store that is not there is made; null for never.</param>
    public static Command OnStore(this Command command, Surroundings surroundings, StoreAction action, Func<ParseResult, bool>? mayCreate = null)
    {
        command.SetAction(async (arguments, cancellationToken) =>
        {
            var location = StoreLocation.Find(arguments.GetValue(CommonOptions.Store), surroundings, mayCreate?.Invoke(arguments) != true);
            var screen = new Screen(surroundings, arguments.GetValue(CommonOptions.Json)) { Store = location.Folder };
            var store = location.Address.Open(builder =>
            {
                if (Actor(arguments, surroundings) is { } actor) builder.Use<IActorProvider>(_ => new NamedActor(actor));
            }, surroundings.Time);
            await using (store.ConfigureAwait(false))
                return await action(store, screen, arguments, cancellationToken).ConfigureAwait(false);
        });
        return command;
    }

    private static string? Actor(ParseResult arguments, Surroundings surroundings)
    {
        var actor = arguments.GetValue(CommonOptions.As) ?? surroundings.Environment("MLOPS_ACTOR");
        if (arguments.GetValue(CommonOptions.As) is not null && string.IsNullOrWhiteSpace(actor)) throw new MLOpsInvalidException("--as is empty: say who acts.");
        return string.IsNullOrWhiteSpace(actor) ? null : actor;
    }

    private sealed record NamedActor(string Actor) : IActorProvider;
}
