using MLOps.Statistics;

namespace MLOps.Monitoring;

/// <summary>Plays the decision over the baseline's own blocks, in which nothing drifted: what it finds there are false alarms.</summary>
internal static class BaselineReplay
{
    private const double SmallestFloor = 0.1;

    /// <summary>How many false alerts a month the settings would give; null when the baseline has no blocks of time.</summary>
    public static double? FalseAlertsPerMonth(Baseline baseline, MonitorOptions options)
    {
        if (baseline.Window is not { } window || Alarms(baseline, options) is not { Length: > 0 } alarms) return null;
        // An alert opens when enough of the last windows alarm, and counts once for as long as they do.
        var (alerts, isOpen) = (0, false);
        for (var block = 0; block < alarms.Length; block++)
        {
            var holds = Enumerable.Range(Math.Max(0, block - options.Alerts.Of + 1), Math.Min(block + 1, options.Alerts.Of)).Count(b => alarms[b]) >= options.Alerts.Persist;
            if (holds && !isOpen) alerts++;
            isOpen = holds;
        }

        return alerts / (double)alarms.Length * (TimeSpan.FromDays(30) / window);
    }

    /// <summary>Whether each block would be called drifted, when the other blocks are the null.</summary>
    public static bool[] Alarms(Baseline baseline, MonitorOptions options)
    {
        FeatureProfile[] columns = [.. baseline.Features, .. baseline.Prediction is { } prediction ? [prediction] : Array.Empty<FeatureProfile>()];
        if (columns.Length == 0 || columns.Any(c => c.NullPValues.Count != columns[0].NullPValues.Count)) return [];
        var alarms = new bool[columns[0].NullPValues.Count];
        for (var block = 0; block < alarms.Length; block++)
        {
            var adjusted = MultipleTesting.BenjaminiHochberg([.. columns.Select(c => c.NullPValues[block])]);
            var drifted = columns.Select((c, i) => adjusted[i] <= options.FalseDiscoveryRate && c.NullDistances.Any(d => d.Value[block] >= Math.Max(SmallestFloor, NullBlocks.Limit(c, d.Key, block) ?? SmallestFloor))).ToArray();
            var features = baseline.Features.Count;
            var share = features == 0 ? 0 : drifted.Take(features).Count(d => d) / (double)features;
            var weight = columns.Take(features).Select((c, i) => drifted[i] ? c.Importance ?? 0 : 0).Sum();
            alarms[block] = (drifted.Length > features && drifted[^1]) || (share > 0 && Math.Max(share, weight) >= options.DriftShare);
        }

        return alarms;
    }
}
