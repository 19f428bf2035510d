using System.CommandLine;
using System.Globalization;
using MLOps.Cli.Documents;
using MLOps.Cli.Output;
using MLOps.Models;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops model alias</c>: with a model its aliases, with an alias its history, with a number the move.</summary>
internal static class ModelAliasCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var model = new Argument<string>("model") { Description = "The model's name." };
        var alias = new Argument<string?>("alias") { Description = "An alias: shows its history.", Arity = ArgumentArity.ZeroOrOne };
        var number = new Argument<int?>("version") { Description = "A version's number: points the alias to it.", Arity = ArgumentArity.ZeroOrOne };
        var expect = new Option<int?>("--expect") { Description = "The version the alias must point to now, 0 for none; otherwise nothing is moved.", HelpName = "version" };
        var reason = new Option<string?>("--reason", "-m") { Description = "Why; kept in the history.", HelpName = "text" };
        var force = new Option<bool>("--override") { Description = "Moves the alias against its policy, for those whom the policy names; needs --reason." };
        var remove = new Option<bool>("--remove") { Description = "Removes the alias; its history stays." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Says what would be done, and does nothing." };
        var yes = new Option<bool>("--yes", "-y") { Description = "Removes without asking." };
        var command = new Command("alias", "Lists aliases, shows an alias's history, moves or removes it.") { model, alias, number, expect, reason, force, remove, dryRun, yes };
        command.Validators.Add(result =>
        {
            var changes = result.GetResult(number) is { Tokens.Count: > 0 } || result.GetResult(remove) is { Implicit: false };
            if (result.GetResult(remove) is { Implicit: false } && result.GetResult(number) is { Tokens.Count: > 0 }) result.AddError("Give a version or --remove, not both.");
            if (result.GetResult(remove) is { Implicit: false } && result.GetResult(alias) is not { Tokens.Count: > 0 }) result.AddError("--remove needs an alias.");
            if (!changes && (result.GetResult(expect) is { Implicit: false } || result.GetResult(reason) is { Implicit: false } || result.GetResult(force) is { Implicit: false })) result.AddError("--expect, --reason and --override go with a version or --remove.");
        });
        return command.OnStore(surroundings, async (store, screen, arguments, cancellationToken) =>
        {
            var of = arguments.GetRequiredValue(model);
            if ((await store.Models.ResolveAsync(of, cancellationToken).ConfigureAwait(false)).Model != of)
                throw new MLOpsInvalidException($"'{Name.Shown(of)}' is a version; give the model's name alone.");
            var options = new AliasMoveOptions { ExpectedNumber = arguments.GetValue(expect), Reason = arguments.GetValue(reason), Override = arguments.GetValue(force) };
            var does = !arguments.GetValue(dryRun);
            if (arguments.GetValue(alias) is not { } name) return await ListAsync(store, screen, of, cancellationToken).ConfigureAwait(false);
            if (arguments.GetValue(number) is { } target) return await MoveAsync(store, screen, of, name, target, options, does, cancellationToken).ConfigureAwait(false);
            if (!arguments.GetValue(remove)) return await HistoryAsync(store, screen, of, name, cancellationToken).ConfigureAwait(false);
            return await RemoveAsync(store, screen, of, name, options, does, arguments.GetValue(yes), cancellationToken).ConfigureAwait(false);
        });
    }

    public static void ShowAliases(Screen screen, IReadOnlyList<AliasItem> aliases)
    {
        if (aliases.Count == 0) screen.Line("No aliases.");
        else Moves(screen, "alias", aliases);
    }

    private static void Moves(Screen screen, string what, IReadOnlyList<AliasItem> moves) =>
        screen.Table([what, "version", "since", "by", "reason"], [.. moves.Select(m => (IReadOnlyList<Cell>)
            [what == "alias" ? m.Alias : m.Revision.ToString(CultureInfo.InvariantCulture), m.Number > 0 ? new Cell(m.Number.ToString(CultureInfo.InvariantCulture), "green") : Cell.Faint("removed"),
             Words.Time(m.MovedAt), m.MovedBy, m.Reason])]);

    private static async Task<int> ListAsync(MLOpsClient store, Screen screen, string model, CancellationToken cancellationToken)
    {
        var aliases = await ModelListCommand.AliasesAsync(store.Models, model, cancellationToken).ConfigureAwait(false);
        if (screen.Json) screen.Write(new AliasListDocument(model, aliases), CliJson.Default.AliasListDocument);
        else ShowAliases(screen, aliases);
        return ExitCode.Ok;
    }

    private static async Task<int> HistoryAsync(MLOpsClient store, Screen screen, string model, string alias, CancellationToken cancellationToken)
    {
        var moves = new List<AliasItem>();
        await foreach (var move in store.Models.AliasHistoryAsync(model, alias, cancellationToken).ConfigureAwait(false)) moves.Add(AliasItem.Of(move));
        if (moves.Count == 0) throw await NoAliasAsync(store, model, alias, cancellationToken).ConfigureAwait(false);
        if (screen.Json) screen.Write(new AliasHistoryDocument(model, alias, moves), CliJson.Default.AliasHistoryDocument);
        else Moves(screen, "move", moves);
        return ExitCode.Ok;
    }

    private static async Task<int> MoveAsync(
        MLOpsClient store, Screen screen, string model, string alias, int number, AliasMoveOptions options, bool does, CancellationToken cancellationToken)
    {
        await store.Models.ResolveAsync(string.Create(CultureInfo.InvariantCulture, $"{model}/{number}"), cancellationToken).ConfigureAwait(false);
        var previous = await PreviousAsync(store, model, alias, cancellationToken).ConfigureAwait(false);
        if (does) await store.Models.SetAliasAsync(model, alias, number, options, cancellationToken).ConfigureAwait(false);
        else await WouldAsync(store, model, alias, number, previous, options, cancellationToken).ConfigureAwait(false);
        Say(screen, new AliasMoveDocument(model, alias, previous, number, does),
            string.Create(CultureInfo.InvariantCulture, $"{model}@{alias}: {(previous > 0 ? $"{previous} → " : "")}{number}"));
        return ExitCode.Ok;
    }

    /// <summary>A dry run is refused like the move itself.</summary>
    private static async Task WouldAsync(MLOpsClient store, string model, string alias, int number, int previous, AliasMoveOptions options, CancellationToken cancellationToken)
    {
        if (options.Override || number == previous) return;
        var decision = await store.Protection.DecideAsync(model, alias, number, cancellationToken).ConfigureAwait(false);
        if (!decision.IsAllowed) throw new MLOpsRejectedException($"The alias '{Name.Shown(alias)}' of '{Name.Shown(model)}' is protected and would not be moved: {string.Join(' ', decision.Missing)}");
    }

    private static async Task<int> RemoveAsync(
        MLOpsClient store, Screen screen, string model, string alias, AliasMoveOptions options, bool does, bool sure, CancellationToken cancellationToken)
    {
        var previous = await PreviousAsync(store, model, alias, cancellationToken).ConfigureAwait(false);
        if (previous == 0) throw await NoAliasAsync(store, model, alias, cancellationToken).ConfigureAwait(false);
        if (does && !sure)
        {
            if (!screen.IsInteractive) throw new MLOpsInvalidException("Nobody can be asked here: give --yes to remove the alias, or --dry-run to see what would be done.");
            screen.Line($"Remove {model}@{alias}, which points to version {previous.ToString(CultureInfo.InvariantCulture)}? Type yes: ");
            if (Console.ReadLine()?.Trim() is not ("yes" or "y")) return ExitCode.Cancelled;
        }

        if (does) await store.Models.RemoveAliasAsync(model, alias, options, cancellationToken).ConfigureAwait(false);
        Say(screen, new AliasMoveDocument(model, alias, previous, 0, does), string.Create(CultureInfo.InvariantCulture, $"{model}@{alias}: {previous} → removed"));
        return ExitCode.Ok;
    }

    public static void Say(Screen screen, AliasMoveDocument document, string sentence)
    {
        if (screen.Json) screen.Write(document, CliJson.Default.AliasMoveDocument);
        else screen.Line(new Cell(sentence, document.Done ? "green" : null), Cell.Faint(document.Done ? "" : "  (dry run: nothing was changed)"));
    }

    public static async Task<int> PreviousAsync(MLOpsClient store, string model, string alias, CancellationToken cancellationToken) =>
        (await ModelListCommand.AliasesAsync(store.Models, model, cancellationToken).ConfigureAwait(false)).FirstOrDefault(a => a.Alias == alias)?.Number ?? 0;

    private static async Task<MLOpsNotFoundException> NoAliasAsync(MLOpsClient store, string model, string alias, CancellationToken cancellationToken)
    {
        var aliases = await ModelListCommand.AliasesAsync(store.Models, model, cancellationToken).ConfigureAwait(false);
        return new($"The model '{model}' has no alias '{Name.Shown(alias)}'. {(aliases.Count > 0 ? $"It has: {ModelListCommand.Shown(aliases)}." : "It has none.")}");
    }
}
