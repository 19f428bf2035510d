using MLOps.Cli.Documents;
using MLOps.Records;

namespace MLOps.Cli.Lookup;

/// <summary>
/// A lineage tree with what is known of each node: what made a thing before what it was made of, things of one kind in order of
/// time, and each thing with its sources where it is named first.
/// </summary>
internal sealed class Described
{
    private static readonly string[] s_order = [EntityRef.GenerationKind, EntityRef.RunKind, EntityRef.ModelKind, EntityRef.DeploymentKind, EntityRef.DatasetKind, EntityRef.ReportKind, EntityRef.VerdictKind];

    private readonly MLOpsClient _store;
    private readonly bool _onward;
    private readonly bool _all;
    private readonly Dictionary<EntityRef, IReadOnlyList<LineageNode>> _next = [];
    private readonly HashSet<EntityRef> _seen = [];

    public Described(MLOpsClient store, LineageNode tree, bool onward, bool all)
    {
        (_store, _onward, _all) = (store, onward, all);
        Collect(tree);
    }

    public async Task<WhyNode> OfAsync(LineageNode node, EntityRef? above, CancellationToken cancellationToken)
    {
        var repeated = !_seen.Add(node.Entity);
        var description = await Description.OfAsync(_store, node.Entity, cancellationToken).ConfigureAwait(false);
        var next = new List<WhyNode>();
        var steps = repeated ? [] : _next.GetValueOrDefault(node.Entity, []);
        // A model that is retrained every month has a chain of versions behind it as long as its life.
        var cut = !_all && !_onward && steps.Count > 0 && above is { Kind: EntityRef.ReportKind } && node.Entity.Kind == EntityRef.ModelKind;
        if (!cut)
            foreach (var step in steps) next.Add(await OfAsync(step, node.Entity, cancellationToken).ConfigureAwait(false));
        var relation = above is not { } other ? null
            : _onward ? LineagePhrase.Downstream(other.Kind, node.Entity.Kind, node.Relation ?? "")
            : LineagePhrase.Upstream(node.Entity.Kind, other.Kind, node.Relation ?? "");
        return new WhyNode(relation, node.Entity.Kind, node.Entity.Id, description.Title, description.Facts, repeated, cut, next);
    }

    private void Collect(LineageNode node)
    {
        if (node.Next.Count > 0) _next[node.Entity] = [.. node.Next.OrderBy(n => Rank(n.Entity.Kind))];
        foreach (var next in node.Next) Collect(next);
    }

    private static int Rank(string kind) => Array.IndexOf(s_order, kind) is >= 0 and var rank ? rank : s_order.Length;
}
