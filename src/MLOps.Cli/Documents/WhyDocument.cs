namespace MLOps.Cli.Documents;

internal sealed record WhyDocument(string Direction, WhyNode Root) : Document;

/// <summary>A step of lineage: how it belongs to the node above, what it is, what is known of it, and what lies one step further.
/// Repeated: its further steps stand where it came first. Cut: it has further steps, which <c>--all</c> shows.</summary>
internal sealed record WhyNode(
    string? Relation, string Kind, string Id, string Title, IReadOnlyDictionary<string, string> Facts, bool Repeated, bool Cut, IReadOnlyList<WhyNode> Next);
