using MLOps.Charts;
using MLOps.Cli.Documents;
using MLOps.Records;

namespace MLOps.Cli.Lookup;

/// <summary>Lineage as a page: the picture, and beneath it what is known of each thing.</summary>
internal static class LineagePage
{
    public static string Of(LineageGraph graph, WhyNode root, bool onward)
    {
        var known = new Dictionary<string, WhyNode>(StringComparer.Ordinal);
        Collect(root);
        var title = onward ? $"What came of {root.Title}" : $"Where {root.Title} came from";
        var picture = LineagePicture.Of(graph, title, e => known.TryGetValue($"{e}", out var node) && e.Kind == EntityRef.DatasetKind ? node.Title : null);
        var page = new HtmlReport(title).Subtitle($"{graph.Root}").Chart(picture, $"{graph.Edges.Count} recorded steps.");
        if (graph.IsCut) page.Verdict(ReportTone.Warning, "There is more: the lineage is too large to follow whole.");
        foreach (var kind in known.Values.GroupBy(n => n.Kind, StringComparer.Ordinal))
            page.Section(kind.Key).Table(
                [new(kind.Key), new("What is known")], kind.Select(n => (IReadOnlyList<ReportCell>)[n.Title, string.Join(" · ", n.Facts.Where(f => f.Key is not "digest").Select(f => $"{f.Key} {f.Value}"))]));
        return page.Footer("Made by mlops why.").ToHtml();

        void Collect(WhyNode node)
        {
            known.TryAdd($"{node.Kind}:{node.Id}", node);
            foreach (var next in node.Next) Collect(next);
        }
    }
}
