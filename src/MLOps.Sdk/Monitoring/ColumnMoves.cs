using MLOps.Data;

namespace MLOps.Monitoring;

/// <summary>Which bins or categories gained or lost most.</summary>
internal static class ColumnMoves
{
    private const int Most = 5;
    private const double Least = 0.005;

    public static ShareMove[] Of(FeatureProfile baseline, FeatureSample current)
    {
        long[] before = baseline.Cells(), after = current.Cells();
        double n = before.Sum(), m = after.Sum();
        if (n == 0 || m == 0) return [];
        return
        [
            .. Enumerable.Range(0, before.Length)
                .Select(i => (Cell: i, Before: before[i] / n, After: after[i] / m))
                .Where(c => Math.Abs(c.After - c.Before) >= Least)
                .OrderByDescending(c => Math.Abs(c.After - c.Before)).ThenBy(c => c.Cell)
                .Take(Most)
                .Select(c => new ShareMove(CellName(baseline, c.Cell), c.Before, c.After)),
        ];
    }

    public static string CellName(FeatureProfile baseline, int cell)
    {
        if (baseline.Kind is FeatureKind.Category) return cell < baseline.Categories.Count ? baseline.Categories[cell] : "other categories";
        var edges = baseline.Edges;
        if (edges.Count == 0) return "all values";
        return cell == 0 ? $"below {PlainNumber.Text(edges[0])}"
            : cell == edges.Count ? $"{PlainNumber.Text(edges[^1])} and above"
            : $"{PlainNumber.Text(edges[cell - 1])} to {PlainNumber.Text(edges[cell])}";
    }
}
