using System.Runtime.InteropServices;
using MLOps.Data;
using MLOps.Predictions;

namespace MLOps.Monitoring;

/// <summary>Gathers the logged predictions of a window, column by column.</summary>
internal static class WindowReader
{
    /// <summary>The logged rows of a window with their labels, those that this process posted a moment ago among them.</summary>
    public static async ValueTask<LiveWindow> ReadAsync(PredictionLog log, string model, MonitorWindow window, int? version, CancellationToken cancellationToken)
    {
        var batches = new List<PredictionBatch>();
        await foreach (var batch in log.ReadAsync(model, window.From, window.To, withLabels: true, cancellationToken).ConfigureAwait(false)) batches.Add(batch);
        return Gather(batches, version);
    }

    /// <summary>The rows of the asked version, by default of the one that answered most, the higher number on a tie.</summary>
    public static LiveWindow Gather(IReadOnlyCollection<PredictionBatch> batches, int? version)
    {
        var rows = batches.GroupBy(b => b.Number).ToDictionary(g => g.Key, g => g.Sum(b => (long)b.Count));
        var number = version ?? rows.Where(r => r.Value > 0).OrderByDescending(r => r.Value).ThenByDescending(r => r.Key).FirstOrDefault().Key;
        var chosen = batches.Where(b => b.Number == number).ToArray();
        return new(
            number,
            rows.Values.Sum() - rows.GetValueOrDefault(number),
            Columns(chosen),
            [.. chosen.SelectMany(b => b.Scores)],
            [.. chosen.SelectMany(b => b.Labels ?? Enumerable.Repeat(double.NaN, b.Count))])
        {
            Times = [.. chosen.SelectMany(b => b.Times)],
            Generations = [.. chosen.Select(b => b.Generation).Distinct()],
        };
    }

    // Two processes may log other columns for one version (one was deployed earlier). A row without a column is no row with a missing value.
    private static IReadOnlyList<FeatureColumn> Columns(PredictionBatch[] batches)
    {
        var numbers = new Dictionary<string, List<double>>(StringComparer.Ordinal);
        var categories = new Dictionary<string, List<string?>>(StringComparer.Ordinal);
        foreach (var batch in batches)
        {
            int number = 0, category = 0;
            foreach (var feature in batch.Features)
            {
                if (feature.Kind is FeatureKind.Number) Column(numbers, feature.Name).AddRange(batch.Numbers[number++]);
                else Column(categories, feature.Name).AddRange(batch.Categories[category++]);
            }
        }

        return
        [
            .. numbers.Select(c => new FeatureColumn(c.Key, FeatureKind.Number, c.Value.ToArray(), default)),
            .. categories.Select(c => new FeatureColumn(c.Key, FeatureKind.Category, default, c.Value.ToArray())),
        ];
    }

    private static List<T> Column<T>(Dictionary<string, List<T>> columns, string name)
    {
        ref var column = ref CollectionsMarshal.GetValueRefOrAddDefault(columns, name, out _);
        return column ??= [];
    }
}
