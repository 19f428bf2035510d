using System.Globalization;
using MLOps.Statistics;

namespace MLOps.Experiments;

/// <summary>Asks of each param that was varied how much of the goal's spread it explains.</summary>
static class Importances
{
    private const int FewestRuns = 5, MostGroups = 5, FewValues = 8;

    public static List<ParamImportance> Of(IReadOnlyList<Run> runs, MetricGoal goal)
    {
        var judged = runs.Select(r => (Run: r, Value: goal.Of(r))).Where(r => double.IsFinite(r.Value)).ToList();
        if (judged.Count < FewestRuns) return [];
        var found = new List<ParamImportance>();
        foreach (var name in judged.SelectMany(r => r.Run.Params.Keys).Distinct(StringComparer.Ordinal))
        {
            var having = judged.Where(r => r.Run.Params.ContainsKey(name)).Select(r => (Text: r.Run.Params[name], r.Value)).ToList();
            var distinct = having.Select(h => h.Text).Distinct(StringComparer.Ordinal).Count();
            if (distinct < 2 || having.Count < FewestRuns) continue;
            var numbers = having.Select(h => double.TryParse(h.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : double.NaN).ToArray();
            var values = having.Select(h => h.Value).ToArray();
            var isNumber = !numbers.Any(double.IsNaN);
            // A text that is different in every run names the run and explains nothing.
            if (!isNumber && distinct == having.Count) continue;
            var groups = isNumber && distinct > FewValues ? ByRank(numbers) : [.. having.Select(h => h.Text)];
            var share = EpsilonSquared(groups, values);
            if (!double.IsNaN(share)) found.Add(new ParamImportance(name, share, isNumber ? Correlation.Spearman(numbers, values) : double.NaN, having.Count));
        }

        return [.. found.OrderByDescending(f => f.Share).ThenBy(f => f.Name, StringComparer.Ordinal)];
    }

    /// <summary>Groups of about equal size in the order of the numbers; equal numbers stay together.</summary>
    private static string[] ByRank(double[] numbers)
    {
        var sorted = numbers.Order().ToArray();
        return [.. numbers.Select(n => ((int)((long)Array.BinarySearch(sorted, n) * MostGroups / sorted.Length)).ToString(CultureInfo.InvariantCulture))];
    }

    /// <summary>(between - (k - 1) within / (n - k)) / total, of sums of squares; never below 0. NaN when every group has one member, or nothing varies.</summary>
    private static double EpsilonSquared(string[] groups, double[] values)
    {
        var mean = values.Average();
        double total = values.Sum(v => (v - mean) * (v - mean)), within = 0;
        var byGroup = values.Zip(groups).GroupBy(v => v.Second, v => v.First, StringComparer.Ordinal).ToList();
        foreach (var group in byGroup)
        {
            var own = group.Average();
            within += group.Sum(v => (v - own) * (v - own));
        }

        var left = values.Length - byGroup.Count;
        if (left < 1 || !(total > 0) || !double.IsFinite(total)) return double.NaN;
        return Math.Clamp((total - within - ((byGroup.Count - 1) * within / left)) / total, 0, 1);
    }
}
