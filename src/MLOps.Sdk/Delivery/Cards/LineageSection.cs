using MLOps.Records;

namespace MLOps.Delivery;

/// <summary>Where it came from and what became of it, as a picture and in numbers.</summary>
internal sealed class LineageSection(Lineage lineage) : ICardSection
{
    private const int Depth = 8;

    public string Title => "Lineage";

    public int Order => 1000;

    public async ValueTask WriteAsync(CardSubject subject, CardPage page, CancellationToken cancellationToken = default)
    {
        var graph = await lineage.GraphAsync(subject.Version.ToRef(), depth: Depth, cancellationToken: cancellationToken).ConfigureAwait(false);
        if (graph.Edges.Count == 0) return;
        var kinds = graph.Entities().Skip(1).GroupBy(e => e.Kind, StringComparer.Ordinal).Select(k => $"{CardWords.Count(k.Count())} {k.Key}{(k.Count() == 1 ? "" : "s")}");
        page.Picture(LineagePicture.Of(graph, $"Lineage of {subject.Version}"), $"Around it lie {string.Join(", ", kinds)}, at most {Depth} steps away.");
    }
}
