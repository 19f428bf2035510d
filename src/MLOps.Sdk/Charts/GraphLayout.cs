namespace MLOps.Charts;

/// <summary>
/// Places the boxes of a directed graph in columns, causes left of effects, so that few arrows cross: longest-path layers, and within them the order of
/// barycentres (Sugiyama, Tagawa and Toda 1981). An arrow across several columns gets a place in each, so that it runs between the boxes.
/// </summary>
internal sealed class GraphLayout
{
    private const int Sweeps = 6;

    private readonly List<int>[] _from, _to;

    /// <param name="count">How many boxes there are, numbered from 0.</param>
    /// <param name="edges">Pairs of numbers; those that would close a circle are left out of the layers, not of the picture.</param>
    public GraphLayout(int count, IReadOnlyList<(int From, int To)> edges)
    {
        var layers = LayersOf(count, edges);
        var nodes = Enumerable.Range(0, count).Select(i => layers[i]).ToList();
        var chains = new List<int[]>();
        foreach (var (from, to) in edges)
        {
            var chain = new List<int> { from };
            var step = Math.Sign(layers[to] - layers[from]);
            for (var layer = layers[from] + step; step != 0 && layer != layers[to]; layer += step)
            {
                chain.Add(nodes.Count);
                nodes.Add(layer);
            }

            chain.Add(to);
            chains.Add([.. chain]);
        }

        Chains = chains;
        (_from, _to) = (Lists(nodes.Count), Lists(nodes.Count));
        foreach (var chain in chains)
        {
            for (var i = 1; i < chain.Length; i++)
            {
                var (left, right) = nodes[chain[i - 1]] <= nodes[chain[i]] ? (chain[i - 1], chain[i]) : (chain[i], chain[i - 1]);
                _to[left].Add(right);
                _from[right].Add(left);
            }
        }

        Columns = [.. Enumerable.Range(0, nodes.Count == 0 ? 0 : nodes.Max() + 1).Select(layer => Enumerable.Range(0, nodes.Count).Where(n => nodes[n] == layer).ToArray())];
        for (var sweep = 0; sweep < Sweeps; sweep++)
        {
            for (var c = 1; c < Columns.Count; c++) Sort(Columns[c], Columns[c - 1], _from);
            for (var c = Columns.Count - 2; c >= 0; c--) Sort(Columns[c], Columns[c + 1], _to);
        }
    }

    /// <summary>The columns from left to right, each from top to bottom. Numbers from the count of boxes on are places of arrows.</summary>
    public IReadOnlyList<int[]> Columns { get; }

    /// <summary>For each edge the places that it runs through, its ends included.</summary>
    public IReadOnlyList<int[]> Chains { get; }

    private static int[] LayersOf(int count, IReadOnlyList<(int From, int To)> edges)
    {
        var next = Lists(count);
        foreach (var (from, to) in edges) next[from].Add(to);
        var (state, layer, order) = (new byte[count], new int[count], new List<int>());
        var forward = new List<(int From, int To)>();
        for (var i = 0; i < count; i++) Visit(i);
        // Effects come behind all their causes: in reverse order of leaving, each edge is seen before its end is used.
        order.Reverse();
        var byStart = forward.ToLookup(e => e.From, e => e.To);
        foreach (var node in order)
            foreach (var to in byStart[node]) layer[to] = Math.Max(layer[to], layer[node] + 1);
        return layer;

        // Without recursion: a chain may be as long as there are boxes.
        void Visit(int root)
        {
            if (state[root] != 0) return;
            var path = new Stack<(int Node, int Next)>([(root, 0)]);
            state[root] = 1;
            while (path.TryPop(out var at))
            {
                if (at.Next == next[at.Node].Count)
                {
                    state[at.Node] = 2;
                    order.Add(at.Node);
                    continue;
                }

                path.Push((at.Node, at.Next + 1));
                var to = next[at.Node][at.Next];
                if (state[to] == 1) continue;
                forward.Add((at.Node, to));
                if (state[to] != 0) continue;
                state[to] = 1;
                path.Push((to, 0));
            }
        }
    }

    private static void Sort(int[] column, int[] beside, List<int>[] neighbours)
    {
        var place = beside.Select((node, i) => (node, i)).ToDictionary(p => p.node, p => p.i);
        var key = column.Select((node, i) => neighbours[node].Count == 0 ? i : neighbours[node].Average(n => place[n])).ToArray();
        var sorted = column.Select((node, i) => (node, i)).OrderBy(p => key[p.i]).ThenBy(p => p.i).Select(p => p.node).ToArray();
        sorted.CopyTo(column, 0);
    }

    private static List<int>[] Lists(int count) => [.. Enumerable.Range(0, count).Select(_ => new List<int>())];
}
