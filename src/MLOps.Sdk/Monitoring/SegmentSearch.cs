using System.Globalization;
using MLOps.Data;
using MLOps.Statistics;

namespace MLOps.Monitoring;

/// <summary>
/// Looks for parts of a window's rows that stand out: declared segments in which a column moved, and any category, or pair of categories, whose loss is worse than the others'. All that was looked at
/// is corrected for together, so that looking at many parts finds nothing by itself.
/// </summary>
internal static class SegmentSearch
{
    private const int Most = 20, MostCategories = 20, FewestRows = 200, FewestLabels = 50;
    private const double DriftFloor = 0.1, LossFloor = 1.2;

    public static IReadOnlyList<SegmentDrift> Of(Baseline baseline, LiveWindow live, double falseDiscoveryRate)
    {
        var columns = live.Features.Where(c => c.Kind is FeatureKind.Category && c.Rows == live.Predictions.Length).ToArray();
        var candidates = Drifts(baseline, live, columns).Concat(Losses(live, columns)).ToArray();
        var adjusted = MultipleTesting.BenjaminiHochberg([.. candidates.Select(c => c.AdjustedPValue)]);
        return
        [
            .. candidates.Select((c, i) => c with { AdjustedPValue = adjusted[i] })
                .Where(c => c.AdjustedPValue <= falseDiscoveryRate && c.Effect >= (c.What == LossName ? LossFloor : DriftFloor))
                .OrderByDescending(c => c.Rows * (c.What == LossName ? c.Effect - 1 : c.Effect)).ThenBy(c => c.Where, StringComparer.Ordinal).ThenBy(c => c.What, StringComparer.Ordinal)
                .Take(Most),
        ];
    }

    private const string LossName = "loss";

    private static IEnumerable<SegmentDrift> Drifts(Baseline baseline, LiveWindow live, FeatureColumn[] columns)
    {
        foreach (var segment in baseline.Segments)
        {
            if (columns.FirstOrDefault(c => c.Name == segment.Feature) is not { } by) continue;
            int[] rows = [.. Enumerable.Range(0, by.Rows).Where(r => by.Categories.Span[r] == segment.Category)];
            if (rows.Length < FewestRows) continue;
            foreach (var profile in baseline.Features.Where(f => f.Name != segment.Feature))
            {
                if (!segment.Counts.TryGetValue(profile.Name, out var before) || live.Features.FirstOrDefault(f => f.Name == profile.Name && f.Kind == profile.Kind && f.Rows == by.Rows) is not { } column) continue;
                var sample = new ColumnShape(profile).Sample(column.Pick(rows));
                long[] reference = [.. before], now = sample.Cells();
                if (reference.Length != now.Length) continue;
                var test = TwoSample.ChiSquareHomogeneity(reference, now, ChiSquareOptions.Pooled);
                var distance = Divergence.JensenShannon(reference, now);
                if (!test.IsConclusive || double.IsNaN(distance)) continue;
                var inside = profile.Kind is FeatureKind.Number ? profile with { Counts = reference } : profile with { Counts = reference[..^1], OtherCount = reference[^1] };
                var moves = ColumnMoves.Of(inside, sample);
                yield return new(
                    Where(segment.Feature, segment.Category), rows.Length, profile.Name, distance, test.PValue,
                    $"{Name.Shown(profile.Name)} moved" + (moves.Length == 0 ? "" : $", most {Name.Shown(moves[0].Cell)} {PlainNumber.Percent(moves[0].Before)} -> {PlainNumber.Percent(moves[0].After)}"));
            }
        }
    }

    private static IEnumerable<SegmentDrift> Losses(LiveWindow live, FeatureColumn[] columns)
    {
        var losses = live.Labels.Zip(live.Predictions, ConceptDrift.Loss).ToArray();
        int[] labelled = [.. Enumerable.Range(0, losses.Length).Where(r => double.IsFinite(losses[r]))];
        if (labelled.Length < 2 * FewestLabels) yield break;
        var all = Moments.Of([.. labelled.Select(r => losses[r])]);
        var low = columns.Where(c => labelled.Select(r => c.Categories.Span[r]).Distinct().Take(MostCategories + 1).Count() <= MostCategories).ToArray();
        var least = Math.Max(FewestLabels, labelled.Length / 100);
        for (var i = 0; i < low.Length; i++)
        {
            foreach (var group in labelled.GroupBy(r => low[i].Categories.Span[r]))
                if (group.Key is { } category && Loss(Where(low[i].Name, category), [.. group]) is { } found) yield return found;
            for (var j = i + 1; j < low.Length; j++)
                foreach (var group in labelled.GroupBy(r => (low[i].Categories.Span[r], low[j].Categories.Span[r])))
                    if (group.Key is ({ } first, { } second) && Loss($"{Where(low[i].Name, first)} and {Where(low[j].Name, second)}", [.. group]) is { } found) yield return found;
        }

        SegmentDrift? Loss(string where, int[] rows)
        {
            if (rows.Length < least || labelled.Length - rows.Length < least) return null;
            var inside = Moments.Of([.. rows.Select(r => losses[r])]);
            var members = new HashSet<int>(rows);
            var outside = Moments.Of([.. labelled.Where(r => !members.Contains(r)).Select(r => losses[r])]);
            var test = TwoSample.WelchT(outside, inside);
            // Only parts that are worse are told.
            if (!test.IsConclusive || !(inside.Mean > outside.Mean) || !(all.Mean > 0)) return null;
            return new(where, rows.Length, LossName, inside.Mean / all.Mean, test.PValue, string.Create(CultureInfo.InvariantCulture, $"the mean loss is {PlainNumber.Text(inside.Mean)} against {PlainNumber.Text(all.Mean)} over all rows"));
        }
    }

    private static string Where(string feature, string category) => $"{Name.Shown(feature)} = {Name.Shown(category)}";
}
