namespace MLOps.Statistics;

/// <summary>
/// A small ensemble of shallow trees that learns a number, or the probability of a class, from columns: what estimates need of a model, and no more. NaN is a value of its own kind.
/// </summary>
/// <remarks>
/// Gradient boosting on histograms (Friedman 2001; second-order gains as in Chen and Guestrin 2016, lambda = 1): at most 32 bins a column at quantiles, trees of equal depth, squared or logistic
/// loss. Equal input gives equal trees. O(rows columns depth) a tree. Immutable, safe for concurrent use.
/// </remarks>
internal sealed class BoostedTrees
{
    private const int Bins = 32;
    private const double Lambda = 1;

    private readonly Binning[] _bins;
    private readonly Tree[] _trees;
    private readonly double _start;
    private readonly bool _isProbability;

    private BoostedTrees(Binning[] bins, Tree[] trees, double start, bool isProbability) => (_bins, _trees, _start, _isProbability) = (bins, trees, start, isProbability);

    /// <param name="columns">One array per column, of equal lengths.</param>
    /// <param name="targets">What to learn; 0 or 1 for a probability.</param>
    /// <param name="isProbability">Whether to learn a probability.</param>
    /// <param name="trees">How many trees.</param>
    /// <param name="depth">How deep each.</param>
    /// <param name="rate">How much of each tree counts.</param>
    public static BoostedTrees Fit(double[][] columns, ReadOnlySpan<double> targets, bool isProbability, int trees = 40, int depth = 3, double rate = 0.2)
    {
        var rows = targets.Length;
        var bins = new Binning[columns.Length];
        var cells = new byte[columns.Length][];
        for (var c = 0; c < columns.Length; c++)
        {
            bins[c] = Edges(columns[c]);
            cells[c] = Cells(bins[c], columns[c]);
        }

        var mean = 0.0;
        foreach (var target in targets) mean += target / Math.Max(1, rows);
        var start = isProbability ? Math.Log(Math.Clamp(mean, 1e-6, 1 - 1e-6) / (1 - Math.Clamp(mean, 1e-6, 1 - 1e-6))) : mean;
        var scores = new double[rows];
        Array.Fill(scores, start);
        double[] gradients = new double[rows], weights = new double[rows];
        var grown = new Tree[columns.Length == 0 ? 0 : trees];
        for (var t = 0; t < grown.Length; t++)
        {
            for (var i = 0; i < rows; i++)
            {
                var p = isProbability ? Sigmoid(scores[i]) : scores[i];
                gradients[i] = targets[i] - p;
                weights[i] = isProbability ? Math.Max(1e-6, p * (1 - p)) : 1;
            }

            grown[t] = Tree.Grow(cells, gradients, weights, depth, rate, scores);
        }

        return new(bins, grown, start, isProbability);
    }

    /// <summary>The answers for some rows.</summary>
    public double[] Predict(double[][] columns)
    {
        var cells = columns.Select((column, c) => Cells(_bins[c], column)).ToArray();
        var answers = new double[columns.Length == 0 ? 0 : columns[0].Length];
        Array.Fill(answers, _start);
        foreach (var tree in _trees) tree.Add(cells, answers);
        if (_isProbability)
            for (var i = 0; i < answers.Length; i++) answers[i] = Sigmoid(answers[i]);
        return answers;
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static Binning Edges(ReadOnlySpan<double> column)
    {
        var finite = new List<double>(column.Length);
        foreach (var value in column)
            if (double.IsFinite(value)) finite.Add(value);
        return finite.Count == 0 ? Binning.FromEdges([]) : Binning.FromQuantiles(finite.ToArray(), Bins);
    }

    // 0 stands for missing.
    private static byte[] Cells(Binning bins, ReadOnlySpan<double> column)
    {
        var cells = new byte[column.Length];
        for (var i = 0; i < cells.Length; i++) cells[i] = (byte)(bins.IndexOf(column[i]) + 1);
        return cells;
    }

    /// <summary>A complete tree: node n has the children 2n + 1 and 2n + 2; a node that was not worth a split sends all rows left.</summary>
    private sealed class Tree(int[] columns, byte[] splits, double[] leaves, int depth)
    {
        public static Tree Grow(byte[][] cells, double[] gradients, double[] weights, int depth, double rate, double[] scores)
        {
            var inner = (1 << depth) - 1;
            var (columns, splits, nodes) = (new int[inner], new byte[inner], new int[scores.Length]);
            for (var level = 0; level < depth; level++)
            {
                int first = (1 << level) - 1, count = 1 << level;
                var best = new double[count];
                var histogram = new (double Gradient, double Weight)[count * (Bins + 2)];
                for (var c = 0; c < cells.Length; c++)
                {
                    Array.Clear(histogram);
                    var column = cells[c];
                    for (var i = 0; i < column.Length; i++)
                    {
                        ref var sum = ref histogram[(nodes[i] - first) * (Bins + 2) + column[i]];
                        sum.Gradient += gradients[i];
                        sum.Weight += weights[i];
                    }

                    for (var node = 0; node < count; node++)
                    {
                        var (gain, split) = Best(histogram.AsSpan(node * (Bins + 2), Bins + 2));
                        if (gain <= best[node]) continue;
                        (best[node], columns[first + node], splits[first + node]) = (gain, c, split);
                    }
                }

                for (var node = 0; node < count; node++)
                    if (best[node] == 0) splits[first + node] = byte.MaxValue;
                for (var i = 0; i < nodes.Length; i++) nodes[i] = Child(nodes[i], columns, splits, cells, i);
            }

            var totals = new (double Gradient, double Weight)[1 << depth];
            for (var i = 0; i < nodes.Length; i++)
            {
                ref var total = ref totals[nodes[i] - inner];
                total.Gradient += gradients[i];
                total.Weight += weights[i];
            }

            var leaves = totals.Select(t => rate * t.Gradient / (t.Weight + Lambda)).ToArray();
            for (var i = 0; i < nodes.Length; i++) scores[i] += leaves[nodes[i] - inner];
            return new(columns, splits, leaves, depth);
        }

        public void Add(byte[][] cells, double[] answers)
        {
            var inner = (1 << depth) - 1;
            for (var i = 0; i < answers.Length; i++)
            {
                var node = 0;
                for (var level = 0; level < depth; level++) node = Child(node, columns, splits, cells, i);
                answers[i] += leaves[node - inner];
            }
        }

        private static int Child(int node, int[] columns, byte[] splits, byte[][] cells, int row) => 2 * node + (cells[columns[node]][row] <= splits[node] ? 1 : 2);

        private static (double Gain, byte Split) Best(ReadOnlySpan<(double Gradient, double Weight)> histogram)
        {
            double gradient = 0, weight = 0;
            foreach (var (g, w) in histogram) (gradient, weight) = (gradient + g, weight + w);
            double whole = Score(gradient, weight), left = 0, leftWeight = 0, best = 1e-9;
            var split = -1;
            for (var bin = 0; bin < histogram.Length - 1; bin++)
            {
                left += histogram[bin].Gradient;
                leftWeight += histogram[bin].Weight;
                if (leftWeight <= 0 || weight - leftWeight <= 1e-9) continue;
                var gain = Score(left, leftWeight) + Score(gradient - left, weight - leftWeight) - whole;
                if (gain > best) (best, split) = (gain, bin);
            }

            return split < 0 ? (0, 0) : (best, (byte)split);
        }

        private static double Score(double gradient, double weight) => gradient * gradient / (weight + Lambda);
    }
}
