using System.CommandLine;
using System.Globalization;
using MLOps.Cli.Documents;
using MLOps.Cli.Output;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops model show</c>: a model with its versions, or one version with all that is known of it.</summary>
internal static class ModelShowCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var reference = new Argument<string>("model") { Description = "A model's name, or one version of it: name/3, name@alias." };
        return new Command("show", "Shows a model, or one version of it.") { reference }
            .OnStore(surroundings, async (store, screen, arguments, cancellationToken) =>
            {
                var text = arguments.GetRequiredValue(reference);
                var version = await store.Models.ResolveAsync(text, cancellationToken).ConfigureAwait(false);
                var aliases = await ModelListCommand.AliasesAsync(store.Models, version.Model, cancellationToken).ConfigureAwait(false);
                if (text == version.Model) await ShowModelAsync(store, screen, text, aliases, cancellationToken).ConfigureAwait(false);
                else await ShowVersionAsync(store, screen, ModelVersionItem.Of(version), aliases, cancellationToken).ConfigureAwait(false);
                return ExitCode.Ok;
            });
    }

    private static async Task ShowModelAsync(MLOpsClient store, Screen screen, string name, IReadOnlyList<AliasItem> aliases, CancellationToken cancellationToken)
    {
        var versions = new List<ModelVersionItem>();
        await foreach (var version in store.Models.VersionsAsync(name, cancellationToken).ConfigureAwait(false)) versions.Add(ModelVersionItem.Of(version));
        var model = new ModelItem(name, versions[0].Number, versions[^1].CreatedAt, aliases);
        if (screen.Json)
        {
            screen.Write(new ModelDocument(model, versions), CliJson.Default.ModelDocument);
            return;
        }

        screen.Line(new Cell(name, "bold"), Cell.Faint($"  {Words.Count(versions.Count, "version")}"));
        ModelAliasCommand.ShowAliases(screen, aliases);
        screen.Heading("Versions");
        var metrics = versions.SelectMany(v => v.Metrics.Keys).Distinct().Order(StringComparer.Ordinal).Take(3).ToList();
        screen.Table(["version", "aliases", new("registered", 2), new("by", 4), new("format", 5), new("size", 3), .. metrics.Select(m => new Column(m, 1))], [.. versions.Select(v => (IReadOnlyList<Cell>)
            [v.Number.ToString(CultureInfo.InvariantCulture), new Cell(string.Join(", ", aliases.Where(a => a.Number == v.Number).Select(a => a.Alias)), "green"),
             Words.Time(v.CreatedAt), v.CreatedBy, v.Format, Words.Bytes(v.Files.Sum(f => f.Length)),
             .. metrics.Select(m => (Cell)(v.Metrics.TryGetValue(m, out var value) ? Words.Number(value) : ""))])]);
    }

    private static async Task ShowVersionAsync(MLOpsClient store, Screen screen, ModelVersionItem version, IReadOnlyList<AliasItem> all, CancellationToken cancellationToken)
    {
        var verdicts = new List<VerdictItem>();
        await foreach (var verdict in store.Models.VerdictsAsync(version.Model, version.Number, cancellationToken).ConfigureAwait(false)) verdicts.Add(VerdictItem.Of(verdict));
        var aliases = all.Where(a => a.Number == version.Number).ToList();
        var approvals = new List<ApprovalItem>();
        await foreach (var approval in store.Protection.ApprovalsAsync(version.Model, version.Number, cancellationToken).ConfigureAwait(false)) approvals.Add(ApprovalItem.Of(approval));
        var comments = new List<CommentItem>();
        await foreach (var comment in store.Comments.ListAsync(version.Model, version.Number, cancellationToken).ConfigureAwait(false)) comments.Add(new(comment.By, comment.At, comment.Text));
        if (screen.Json)
        {
            screen.Write(new ModelVersionDocument(version, aliases, verdicts, approvals, comments), CliJson.Default.ModelVersionDocument);
            return;
        }

        screen.Line(new Cell(string.Create(CultureInfo.InvariantCulture, $"{version.Model}/{version.Number}"), "bold"), new Cell(string.Concat(aliases.Select(a => $"  @{a.Alias}")), "green"));
        screen.Facts(
            [("description", version.Description), ("registered", Words.Time(version.CreatedAt)), ("by", version.CreatedBy), ("format", version.Format), ("digest", version.Digest), ("stage", version.Stage),
             ("legal hold", version.LegalHold), ("run", version.RunId),
             .. version.DatasetVersions.Select(d => ("trained on", (Cell)d))]);
        RunShowCommand.Section(screen, "Metrics", version.Metrics.ToDictionary(m => m.Key, m => Words.Number(m.Value)));
        if (version.Signature is { } signature)
        {
            screen.Heading("Signature");
            screen.Facts(signature.Inputs.Select(f => ("input", (Cell)Field(f))).Concat(signature.Outputs.Select(f => ("output", (Cell)Field(f)))));
        }

        if (verdicts.Count > 0)
        {
            screen.Heading("Gates");
            screen.Table(["gate", "outcome", "when", "message"], [.. verdicts.Select(v => (IReadOnlyList<Cell>)
                [v.Gate, new Cell(v.Outcome, v.Outcome == "passed" ? "green" : v.Outcome == "inconclusive" ? "yellow" : "red"), Words.Time(v.At), v.Message])]);
        }

        if (approvals.Count > 0)
        {
            screen.Heading("Approvals");
            screen.Table(["alias", "by", "when", "state", "reason"], [.. approvals.Select(a => (IReadOnlyList<Cell>)
                [a.Alias, a.By, Words.Time(a.At), a.RevokedAt is { } at ? new Cell($"revoked {Words.Time(at)} by {a.RevokedBy}", "red") : new Cell("stands", "green"), a.RevokedReason ?? a.Reason])]);
        }

        if (comments.Count > 0)
        {
            screen.Heading("Comments");
            screen.Table(["by", "when", "text"], [.. comments.Select(c => (IReadOnlyList<Cell>)[c.By, Words.Time(c.At), c.Text])]);
        }

        RunShowCommand.Files(screen, "Files", version.Files);
        RunShowCommand.Files(screen, "Attachments", version.Attachments);
        RunShowCommand.Section(screen, "Tags", version.Tags);
    }

    public static string Field(FieldItem field) => $"{field.Name}  {field.DataType}[{string.Join(",", field.Shape.Select(d => d < 0 ? "*" : d.ToString(CultureInfo.InvariantCulture)))}]";
}
