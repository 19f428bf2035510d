using System.CommandLine;
using System.Text;
using MLOps.Cli.Documents;
using MLOps.Cli.Lookup;
using MLOps.Cli.Output;
using MLOps.Delivery;
using MLOps.Records;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops why</c>: where anything came from, as a tree.</summary>
internal static class WhyCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var id = new Argument<string>("id") { Description = "A prediction id, model/3, model@alias, model@alias/2 (its second move), a run id or its beginning, a dataset version's id, dataset@tag, or kind:id." };
        var forward = new Option<bool>("--forward", "-f") { Description = "What came of it, instead of where it came from." };
        var depth = new Option<int>("--depth") { Description = "How many steps at most, 1 to 64.", DefaultValueFactory = _ => 16 };
        var all = new Option<bool>("--all", "-a") { Description = "Go on behind the reports that caused a retraining, to the versions before." };
        var html = new Option<string?>("--html") { Description = "Writes a page with a picture instead.", HelpName = "file" };
        var open = new Option<string?>("--openlineage") { Description = "Writes OpenLineage run events, one a line, instead.", HelpName = "file" };
        var force = new Option<bool>("--force") { Description = "Replaces the file when it is there." };
        return new Command("why", "Where something came from: its lineage, from any id.") { id, forward, depth, all, html, open, force }
            .OnStore(surroundings, async (store, screen, arguments, cancellationToken) =>
            {
                var onward = arguments.GetValue(forward);
                var entity = await new EntityLookup(store).FindAsync(arguments.GetRequiredValue(id), cancellationToken).ConfigureAwait(false);
                var direction = onward ? LineageDirection.Downstream : LineageDirection.Upstream;
                var graph = await store.Lineage.GraphAsync(entity, direction, arguments.GetValue(depth), cancellationToken).ConfigureAwait(false);
                if (arguments.GetValue(open) is { } events)
                    await OutputFile.WriteAsync(events, arguments.GetValue(force), async file => await store.Services.Get<OpenLineage>().WriteAsync(graph, file, cancellationToken: cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
                var tree = graph.ToTree(direction);
                var root = await new Described(store, tree, onward, arguments.GetValue(all)).OfAsync(tree, null, cancellationToken).ConfigureAwait(false);
                if (arguments.GetValue(html) is { } page)
                    await OutputFile.WriteAsync(page, arguments.GetValue(force), async file => await file.WriteAsync(Encoding.UTF8.GetBytes(LineagePage.Of(graph, root, onward)), cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
                if (screen.Json) screen.Write(new WhyDocument(onward ? "forward" : "back", root), CliJson.Default.WhyDocument);
                else if (arguments.GetValue(html) is null && arguments.GetValue(open) is null) Draw(screen, root, "", "", onward);
                return ExitCode.Ok;
            });
    }

    private static void Draw(Screen screen, WhyNode node, string lead, string below, bool onward)
    {
        var relation = node.Relation is null ? "" : $"{node.Relation} ";
        screen.Line(Cell.Faint(lead), relation, Cell.Faint($"{node.Kind} "), new Cell(node.Title, "bold"), Cell.Faint(node.Repeated ? "  (see above)" : node.Cut ? "  (--all goes on)" : ""));
        if (!node.Repeated)
        {
            var stem = below + (node.Next.Count > 0 ? "│  " : "   ");
            foreach (var line in Lines(node, screen.LineWidth - stem.Length)) screen.Line(Cell.Faint(stem), Cell.Faint(line));
        }

        if (node is { Relation: null, Next.Count: 0 }) screen.Line(Cell.Faint(onward ? "   Nothing is recorded that came of it." : "   Nothing is recorded that it came from."));
        for (var i = 0; i < node.Next.Count; i++)
        {
            var last = i == node.Next.Count - 1;
            Draw(screen, node.Next[i], below + (last ? "└─ " : "├─ "), below + (last ? "   " : "│  "), onward);
        }
    }

    // Short facts share a line; a sentence gets its own, or several where the terminal is narrow.
    private static IEnumerable<string> Lines(WhyNode node, int width)
    {
        const int Comfortable = 76;
        var line = "";
        foreach (var fact in node.Facts.Where(f => f.Key is not ("digest" or "id")).Select(f => $"{f.Key} {f.Value}"))
        {
            if (line.Length > 0 && line.Length + fact.Length > Math.Min(Comfortable, width))
            {
                yield return line;
                line = "";
            }

            line = line.Length == 0 ? fact : $"{line} · {fact}";
            var wrapped = line.Length > width;
            while (line.Length > width && line.LastIndexOf(' ', width) is > 0 and var space)
            {
                yield return line[..space];
                line = line[(space + 1)..];
            }

            if (!wrapped) continue;
            yield return line;
            line = "";
        }

        if (line.Length > 0) yield return line;
    }
}
