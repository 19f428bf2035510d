namespace MLOps.Statistics;

/// <summary>How often each of k classes was predicted as each: row = truth, column = prediction. Mergeable.</summary>
/// <remarks>
/// A class with neither truths nor predictions is left out of averages, as in scikit-learn; one with either counts with F1 0 when nothing was right. Without rows everything is NaN.
/// Not safe for concurrent use.
/// </remarks>
/// <example><code>
/// var matrix = new ConfusionMatrix(classes: 3);
/// matrix.Add([0, 1, 2, 2], [0, 2, 2, 2]);
/// double accuracy = matrix.Accuracy;    // 0.75
/// double macro = matrix.MacroF1;        // 0.6 = (1 + 0 + 0.8) / 3
/// </code></example>
public sealed class ConfusionMatrix
{
    private readonly long[] _cells;

    /// <summary>An empty matrix.</summary>
    /// <param name="classes">The number of classes, 1..10,000.</param>
    /// <exception cref="MLOpsInvalidException">It is out of range.</exception>
    public ConfusionMatrix(int classes)
    {
        if (classes is < 1 or > 10_000) throw new MLOpsInvalidException($"classes is {classes}: it must be 1 to 10,000.");
        Classes = classes;
        _cells = new long[classes * classes];
    }

    /// <summary>The number of classes.</summary>
    public int Classes { get; }

    /// <summary>How often rows of class <paramref name="truth"/> were predicted as <paramref name="prediction"/>.</summary>
    public long this[int truth, int prediction] => _cells[Check(truth, "truth") * Classes + Check(prediction, "prediction")];

    /// <summary>Rows counted.</summary>
    public long Count
    {
        get
        {
            var sum = 0L;
            foreach (var cell in _cells) sum += cell;
            return sum;
        }
    }

    /// <summary>The share of rows predicted right; NaN without rows.</summary>
    public double Accuracy => Ratio(Enumerable.Range(0, Classes).Sum(c => _cells[c * Classes + c]), Count);

    /// <summary>F1 over all decisions together, which for one class a row is the accuracy; NaN without rows.</summary>
    public double MicroF1 => Accuracy;

    /// <summary>The plain mean of the classes' F1: small classes count as much as large ones.</summary>
    public double MacroF1 => PerClass().Select(F1OrZero).DefaultIfEmpty(double.NaN).Average();

    /// <summary>The mean of the classes' F1 weighted by how often each is the truth.</summary>
    public double WeightedF1 => PerClass().Sum(c => c.Positives * F1OrZero(c)) / CountOrNaN;

    /// <summary>Cohen's kappa: agreement beyond what the margins alone would give; NaN when they would always agree.</summary>
    public double Kappa
    {
        get
        {
            var n = CountOrNaN;
            var expected = PerClass().Sum(c => c.Positives / n * (c.Selected / n));
            return expected >= 1 ? double.NaN : (Accuracy - expected) / (1 - expected);
        }
    }

    /// <summary>Counts rows: O(n), allocates nothing.</summary>
    /// <param name="truths">The class of each row, 0..Classes-1.</param>
    /// <param name="predictions">The predicted class of each row, in the same order.</param>
    /// <exception cref="MLOpsInvalidException">The lengths differ, or a class is out of range; rows before it are counted.</exception>
    public void Add(ReadOnlySpan<int> truths, ReadOnlySpan<int> predictions)
    {
        Rows.Same(truths.Length, predictions.Length, "predictions");
        for (var i = 0; i < truths.Length; i++) _cells[Check(truths[i], "truth") * Classes + Check(predictions[i], "prediction")]++;
    }

    /// <summary>Adds another matrix's rows to this one.</summary>
    /// <exception cref="MLOpsInvalidException">The numbers of classes differ.</exception>
    public void Merge(ConfusionMatrix other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Classes != Classes) throw new MLOpsInvalidException($"A matrix of {other.Classes} classes can't be merged into one of {Classes}.");
        for (var i = 0; i < _cells.Length; i++) _cells[i] += other._cells[i];
    }

    /// <summary>One class against all others: its precision, recall and F1. O(classes).</summary>
    /// <param name="label">The class, 0..Classes-1.</param>
    /// <exception cref="MLOpsInvalidException">There is no such class.</exception>
    public ConfusionCounts Of(int label)
    {
        Check(label, nameof(label));
        long hits = _cells[label * Classes + label], truths = 0, predictions = 0;
        for (var other = 0; other < Classes; other++)
        {
            truths += _cells[label * Classes + other];
            predictions += _cells[other * Classes + label];
        }

        return new(hits, predictions - hits, Count - truths - predictions + hits, truths - hits);
    }

    private double CountOrNaN => Count is 0 ? double.NaN : Count;

    private IEnumerable<ConfusionCounts> PerClass() => Enumerable.Range(0, Classes).Select(Of).Where(c => c.Positives + c.Selected > 0);

    private static double F1OrZero(ConfusionCounts counts) => counts.TruePositives == 0 ? 0 : counts.F1;

    private static double Ratio(long part, long whole) => whole == 0 ? double.NaN : (double)part / whole;

    private int Check(int label, string name) =>
        (uint)label < (uint)Classes ? label : throw new MLOpsInvalidException($"{name} is class {label}: there are classes 0 to {Classes - 1}.");
}
