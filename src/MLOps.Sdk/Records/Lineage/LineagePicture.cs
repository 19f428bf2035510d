using System.Globalization;
using MLOps.Charts;

namespace MLOps.Records;

/// <summary>Draws lineage.</summary>
public static class LineagePicture
{
    private const int Together = 4;

    /// <summary>A graph as a chart: sources left, effects right. Things of one kind with the same neighbours, when they are more than four, stand in one box.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="title">The chart's title.</param>
    /// <param name="label">What to call something; its id, shortened, when null or where it gives null.</param>
    public static GraphChart Of(LineageGraph graph, string title, Func<EntityRef, string?>? label = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var entities = graph.Entities();
        var neighbours = graph.Edges.SelectMany(e => new[] { (Of: e.Source, Side: $"to {e.Target}"), (Of: e.Target, Side: $"from {e.Source}") })
            .ToLookup(n => n.Of, n => n.Side);
        var boxes = new Dictionary<EntityRef, GraphNode>();
        foreach (var alike in entities.GroupBy(e => e == graph.Root ? "" : $"{e.Kind}\n{string.Join('\n', neighbours[e].Order(StringComparer.Ordinal))}", StringComparer.Ordinal))
        {
            if (alike.Count() > Together)
            {
                var (first, last) = (alike.First(), alike.Last());
                var box = new GraphNode($"{first}", string.Create(CultureInfo.InvariantCulture, $"{alike.Count()} {first.Kind}s"), first.Kind, $"{Short(first)} … {Short(last)}");
                foreach (var entity in alike) boxes[entity] = box;
            }
            else foreach (var entity in alike) boxes[entity] = new($"{entity}", label?.Invoke(entity) ?? Short(entity), entity.Kind, IsMarked: entity == graph.Root);
        }

        return new GraphChart
        {
            Title = title,
            Nodes = [.. entities.Select(e => boxes[e]).Distinct()],
            Edges = [.. graph.Edges.Select(e => new GraphEdge(boxes[e.Source].Id, boxes[e.Target].Id, e.Relation)).DistinctBy(e => (e.From, e.To))],
        };
    }

    // A digest or an id of a run says no more to people by its last characters.
    private static string Short(EntityRef entity) => entity.Id.Length > 26 && entity.Id.All(char.IsAsciiHexDigit) ? entity.Id[..12] : entity.Id;
}
