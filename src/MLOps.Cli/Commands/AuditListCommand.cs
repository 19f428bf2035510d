using System.CommandLine;
using System.Globalization;
using MLOps.Cli.Documents;
using MLOps.Cli.Output;
using MLOps.Records;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops audit list</c>.</summary>
internal static class AuditListCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var about = new Argument<string?>("about") { Description = "A model or a record's id: churn finds the model, its versions and its aliases.", Arity = ArgumentArity.ZeroOrOne };
        var by = new Option<string?>("--by") { Description = "Entries of this actor only.", HelpName = "name" };
        var since = new Option<DateTimeOffset?>("--since") { Description = "Entries from this time on.", HelpName = "time" };
        var until = new Option<DateTimeOffset?>("--until") { Description = "Entries before this time.", HelpName = "time" };
        var collection = new Option<string?>("--collection") { Description = "Entries about these records only: model-aliases, approvals, gate-verdicts …", HelpName = "name" };
        var limit = new Option<int>("--limit") { Description = "How many, newest first; 50 when left out.", HelpName = "count", DefaultValueFactory = _ => 50 };
        return new Command("list", "Lists who changed what, when and why.") { about, by, since, until, collection, limit }
            .OnStore(surroundings, async (store, screen, arguments, cancellationToken) =>
            {
                var most = arguments.GetValue(limit);
                if (most < 1) throw new MLOpsInvalidException($"--limit {most}: at least one entry is listed.");
                var query = new AuditQuery
                {
                    Actor = arguments.GetValue(by), From = arguments.GetValue(since), Until = arguments.GetValue(until), Collection = arguments.GetValue(collection), Id = arguments.GetValue(about),
                };
                var (entries, more) = (new List<AuditItem>(), false);
                await foreach (var entry in store.Audit.ListAsync(query, cancellationToken).ConfigureAwait(false))
                {
                    if (more = entries.Count == most) break;
                    entries.Add(AuditItem.Of(entry));
                }

                if (screen.Json) screen.Write(new AuditListDocument(entries, more), CliJson.Default.AuditListDocument);
                else if (entries.Count == 0) screen.Line("No entries.");
                else
                    screen.Table(["entry", "when", "by", "what", "reason"], [.. entries.Select(e => (IReadOnlyList<Cell>)
                        [e.Sequence.ToString(CultureInfo.InvariantCulture), Words.Time(e.At), e.Actor, What(e), e.Reason])]);
                return ExitCode.Ok;
            });
    }

    private static string What(AuditItem entry)
    {
        var changes = entry.Changes.Take(3).Select(c => $"{(c.Before is null ? "+" : c.After is null ? "-" : "")}{c.Collection}/{c.Id}");
        return string.Join(", ", changes) + (entry.Changes.Count > 3 ? ", …" : "");
    }
}
