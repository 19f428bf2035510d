using System.Numerics;
using MLOps.Data;
using MLOps.Statistics;

namespace MLOps.Monitoring;

/// <summary>
/// Explains any model that can be asked about rows it is given column by column: what each column adds to one answer (Shapley values), and what it is worth over many rows (permutation importance).
/// Thread-safe as far as the model is.
/// </summary>
/// <remarks>
/// A column that is not known takes its values from rows of the background, all of them in turn (the interventional value function of Janzing et al. 2020). Up to
/// <see cref="ExplainerOptions.ExactColumns"/> columns Shapley's formula is summed over all coalitions; beyond, orders are drawn in pairs with their reverses (Castro et al. 2009; Mitchell et al. 2022) and
/// the standard error is told. A model that adds its columns up is explained exactly by any order. The attributions always sum to the answer less the typical answer.
/// </remarks>
/// <example><code>
/// var explainer = new Explainer(schema.Features, (numbers, categories) => model.Predict(new Ride(numbers[0], categories[0])), background);
/// RowExplanation why = explainer.Explain([0.7], ["rain"]);
/// </code></example>
public sealed class Explainer
{
    private readonly IReadOnlyList<Feature> _features;
    private readonly Func<double[], string?[], double> _model;
    private readonly ExplainerOptions _options;
    private readonly (double[] Numbers, string?[] Categories)[] _background;
    private readonly int[] _places;

    /// <param name="features">The columns.</param>
    /// <param name="model">Answers a row: its numbers in the order of declaration, and its categories likewise. The arrays are the callee's to read only.</param>
    /// <param name="background">Rows that are typical, such as the training rows; a sample of them is used.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="MLOpsInvalidException">The background lacks a column or has no rows, or an option is out of range.</exception>
    public Explainer(IReadOnlyList<Feature> features, Func<double[], string?[], double> model, FeatureTable background, ExplainerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(background);
        (_features, _model, _options) = (features, model, Require(options ?? new()));
        _places = new int[features.Count];
        int numbers = 0, categories = 0;
        for (var i = 0; i < _places.Length; i++) _places[i] = features[i].Kind is FeatureKind.Number ? numbers++ : categories++;
        var rows = RowsOf(background);
        _background = [.. ColumnProfile.SampleRows(rows.Length, _options.BackgroundRows).Select(r => rows[r])];
        if (_background.Length == 0) throw new MLOpsInvalidException("The background has no rows: give some that are typical.");
    }

    /// <summary>Why the model answers a row as it does.</summary>
    /// <param name="numbers">The row's numbers, in the order of declaration.</param>
    /// <param name="categories">Its categories likewise.</param>
    /// <exception cref="MLOpsInvalidException">There are more or fewer values than columns.</exception>
    public RowExplanation Explain(double[] numbers, string?[] categories)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        ArgumentNullException.ThrowIfNull(categories);
        if (numbers.Length != _background[0].Numbers.Length || categories.Length != _background[0].Categories.Length)
            throw new MLOpsInvalidException($"The row has {numbers.Length} numbers and {categories.Length} categories; {_background[0].Numbers.Length} and {_background[0].Categories.Length} are expected.");
        var (answer, typical) = (_model([.. numbers], [.. categories]), Value(numbers, categories, new bool[_features.Count]));
        var isExact = _features.Count <= _options.ExactColumns;
        return new(answer, typical, isExact ? Exact(numbers, categories) : Sampled(numbers, categories), isExact);
    }

    /// <summary>What each column is worth over many rows: how much the answers' mean squared distance from their targets grows when its values are shuffled among the rows (Breiman 2001), five times over.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="targets">The truth of each row; null holds the answers against themselves: then a column is worth what the model makes of it, right or wrong.</param>
    /// <exception cref="MLOpsInvalidException">A column is missing, or there are not as many targets as rows.</exception>
    public IReadOnlyList<FeatureAttribution> Importance(FeatureTable rows, IReadOnlyList<double>? targets = null)
    {
        ArgumentNullException.ThrowIfNull(rows);
        const int Times = 5;
        var all = RowsOf(rows);
        if (targets is not null && targets.Count != all.Length) throw new MLOpsInvalidException($"There are {targets.Count} targets for {all.Length} rows.");
        double[] truths = targets is null ? [.. all.Select(r => _model(r.Numbers, r.Categories))] : [.. targets];
        var error = targets is null ? 0 : Distance(all, truths);
        var random = new SplitMixShuffle(_options.Seed);
        return [.. _features.Select((feature, i) =>
        {
            var growths = new double[Times];
            for (var t = 0; t < Times; t++)
            {
                var order = Enumerable.Range(0, all.Length).ToArray();
                random.Shuffle<int>(order);
                growths[t] = Distance([.. all.Select((row, r) => With(row, i, all[order[r]]))], truths) - error;
            }

            var moments = Moments.Of(growths);
            return new FeatureAttribution(feature.Name, moments.Mean, moments.StandardDeviation() / Math.Sqrt(Times));
        })];
    }

    private FeatureAttribution[] Exact(double[] numbers, string?[] categories)
    {
        var n = _features.Count;
        var values = new double[1 << n];
        for (var set = 0; set < values.Length; set++) values[set] = Value(numbers, categories, [.. Enumerable.Range(0, n).Select(i => (set >> i & 1) != 0)]);
        // |S|! (n - |S| - 1)! / n!
        var weights = new double[Math.Max(n, 1)];
        for (var size = 0; size < n; size++)
        {
            var weight = 1.0 / n;
            for (var k = 1; k <= size; k++) weight *= (double)k / (n - k);
            weights[size] = weight;
        }

        return [.. _features.Select((feature, i) =>
        {
            var sum = 0.0;
            for (var set = 0; set < values.Length; set++)
                if ((set >> i & 1) == 0) sum += weights[BitOperations.PopCount((uint)set)] * (values[set | 1 << i] - values[set]);
            return new FeatureAttribution(feature.Name, sum, 0);
        })];
    }

    private FeatureAttribution[] Sampled(double[] numbers, string?[] categories)
    {
        var n = _features.Count;
        var moments = new Moments[n];
        Array.Fill(moments, Moments.Empty);
        var order = Enumerable.Range(0, n).ToArray();
        var random = new SplitMixShuffle(_options.Seed);
        for (var draw = 0; draw < _options.Orders; draw++)
        {
            random.Shuffle<int>(order);
            var forward = Walk(numbers, categories, order);
            var back = Walk(numbers, categories, [.. order.Reverse()]);
            for (var i = 0; i < n; i++) moments[i] = moments[i].Add((forward[i] + back[i]) / 2);
        }

        return [.. _features.Select((f, i) => new FeatureAttribution(f.Name, moments[i].Mean, moments[i].Count < 2 ? double.NaN : moments[i].StandardDeviation() / Math.Sqrt(moments[i].Count)))];
    }

    // What each column adds when the columns become known one after the other.
    private double[] Walk(double[] numbers, string?[] categories, int[] order)
    {
        var added = new double[order.Length];
        var known = new bool[order.Length];
        var before = Value(numbers, categories, known);
        foreach (var i in order)
        {
            known[i] = true;
            var now = Value(numbers, categories, known);
            (added[i], before) = (now - before, now);
        }

        return added;
    }

    /// <summary>The mean answer when some columns are those of the row, and the others of each row of the background in turn.</summary>
    private double Value(double[] numbers, string?[] categories, bool[] known)
    {
        var sum = 0.0;
        foreach (var row in _background)
        {
            double[] n = [.. row.Numbers];
            string?[] c = [.. row.Categories];
            for (var i = 0; i < known.Length; i++)
            {
                if (!known[i]) continue;
                if (_features[i].Kind is FeatureKind.Number) n[_places[i]] = numbers[_places[i]];
                else c[_places[i]] = categories[_places[i]];
            }

            sum += _model(n, c);
        }

        return sum / _background.Length;
    }

    private double Distance((double[] Numbers, string?[] Categories)[] rows, double[] targets)
    {
        var losses = rows.Select((row, i) => _model(row.Numbers, row.Categories) - targets[i]).Where(double.IsFinite).Select(e => e * e).ToArray();
        return losses.Length == 0 ? double.NaN : losses.Average();
    }

    private (double[] Numbers, string?[] Categories) With((double[] Numbers, string?[] Categories) row, int feature, (double[] Numbers, string?[] Categories) other)
    {
        double[] n = [.. row.Numbers];
        string?[] c = [.. row.Categories];
        if (_features[feature].Kind is FeatureKind.Number) n[_places[feature]] = other.Numbers[_places[feature]];
        else c[_places[feature]] = other.Categories[_places[feature]];
        return (n, c);
    }

    private (double[] Numbers, string?[] Categories)[] RowsOf(FeatureTable table)
    {
        var columns = _features.Select(f => table.Columns.FirstOrDefault(c => c.Name == f.Name && c.Kind == f.Kind)
            ?? throw new MLOpsInvalidException($"The rows have no column '{Name.Shown(f.Name)}' that is a {(f.Kind is FeatureKind.Number ? "number" : "category")}.")).ToArray();
        var count = columns.Length == 0 ? 0 : columns[0].Rows;
        if (columns.Any(c => c.Rows != count)) throw new MLOpsInvalidException("The columns have different numbers of rows.");
        return [.. Enumerable.Range(0, count).Select(r => (
            columns.Where(c => c.Kind is FeatureKind.Number).Select(c => c.Numbers.Span[r]).ToArray(),
            columns.Where(c => c.Kind is FeatureKind.Category).Select(c => c.Categories.Span[r]).ToArray()))];
    }

    private static ExplainerOptions Require(ExplainerOptions options)
    {
        if (options.BackgroundRows is < 1 or > 10_000) throw Broken(nameof(options.BackgroundRows), options.BackgroundRows, "1 to 10,000");
        if (options.ExactColumns is < 0 or > 15) throw Broken(nameof(options.ExactColumns), options.ExactColumns, "0 to 15");
        if (options.Orders is < 1 or > 100_000) throw Broken(nameof(options.Orders), options.Orders, "1 to 100,000");
        return options;
    }

    private static MLOpsInvalidException Broken(string option, int value, string rule) => new($"ExplainerOptions.{option} is {value}; allowed is {rule}.");
}
