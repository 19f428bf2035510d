using System.CommandLine;
using System.Globalization;
using System.Text;
using MLOps.Cli.Documents;
using MLOps.Delivery;
using MLOps.Models;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops model card</c>: makes a version's card from the facts of the store, keeps it, and shows it.</summary>
internal static class ModelCardCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var reference = new Argument<string>("version") { Description = "name, name/3 or name@alias." };
        Option<string?> Note(string option, string what) => new(option) { Description = what, HelpName = "text" };
        Option<string?>[] notes =
        [
            Note("--use", "What it is for."), Note("--not-for", "What it is not for."), Note("--limits", "Where it is known to be weak."),
            Note("--ethics", "Whom it may harm, and what was done about it."), Note("--owner", "Who answers for it."), Note("--licence", "Under which terms it may be used."),
        ];
        var output = new Option<string?>("--out", "-o") { Description = "Writes the card to a file instead: .html gives the page, anything else Markdown.", HelpName = "file" };
        var force = new Option<bool>("--force") { Description = "Replaces the file when it is there." };
        var command = new Command("card", "Makes a model card from facts and from what people said; what was said before stays said.") { reference, output, force };
        foreach (var note in notes) command.Add(note);
        return command.OnStore(surroundings, async (store, screen, arguments, cancellationToken) =>
        {
            var version = await store.Models.ResolveAsync(arguments.GetRequiredValue(reference), cancellationToken).ConfigureAwait(false);
            string?[] said = [.. notes.Select(arguments.GetValue)];
            var words = said.Any(s => s is not null) ? Said(await BeforeAsync(store, version, cancellationToken).ConfigureAwait(false), said) : null;
            var card = await store.Cards.CreateAsync(version, words, cancellationToken).ConfigureAwait(false);
            var path = arguments.GetValue(output);
            var text = await store.Cards.ReadAsync(card, path is not null && Path.GetExtension(path) is ".html" or ".htm" ? ModelCards.Html : ModelCards.Markdown, cancellationToken).ConfigureAwait(false);
            if (path is not null) await OutputFile.WriteAsync(path, arguments.GetValue(force), async file => await file.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
            if (screen.Json)
                screen.Write(new CardDocument(card.Model, card.Number, card.Revision, card.Digest.Hex, [.. card.Files.Select(f => new FileItem(f.Path, f.Length, f.Digest.Hex))], card.CreatedBy, card.CreatedAt, path is null ? text : null), CliJson.Default.CardDocument);
            else if (path is not null) screen.Line(string.Create(CultureInfo.InvariantCulture, $"Card {card.Revision} of {version} → {path}"));
            else foreach (var line in text.Split('\n')) screen.Line(line);
            return ExitCode.Ok;
        });
    }

    private static CardNotes Said(CardNotes before, string?[] said) => new()
    {
        IntendedUse = said[0] ?? before.IntendedUse, OutOfScope = said[1] ?? before.OutOfScope, Limits = said[2] ?? before.Limits,
        Ethics = said[3] ?? before.Ethics, Owner = said[4] ?? before.Owner, Licence = said[5] ?? before.Licence,
    };

    /// <summary>What was said with the version's last card, or else with the model's.</summary>
    private static async Task<CardNotes> BeforeAsync(MLOpsClient store, ModelVersion version, CancellationToken cancellationToken)
    {
        CardNotes? latest = null;
        await foreach (var card in store.Cards.ListAsync(version.Model, cancellationToken).ConfigureAwait(false))
        {
            if (card.Number == version.Number) return card.Notes;
            latest ??= card.Notes;
        }

        return latest ?? new();
    }
}
