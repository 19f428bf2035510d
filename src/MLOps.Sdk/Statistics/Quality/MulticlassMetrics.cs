namespace MLOps.Statistics;

/// <summary>How well probabilities over k classes fit the truth.</summary>
/// <example><code>
/// var metrics = MulticlassMetrics.Of([0, 1], [0.7, 0.2, 0.1,  0.3, 0.3, 0.4], classes: 3);
/// double accuracy = metrics.Confusion.Accuracy;    // 0.5
/// double loss = metrics.LogLoss;                   // 0.780 = -(ln 0.7 + ln 0.3) / 2
/// </code></example>
/// <param name="Confusion">Truth against the class of the highest probability, the first of equals.</param>
/// <param name="LogLoss">The mean of -ln(probability of the true class), clipped to 2.2e-16 from 0 and 1; NaN without rows.</param>
/// <param name="Skipped">Rows left out because a probability was NaN.</param>
public sealed record MulticlassMetrics(ConfusionMatrix Confusion, double LogLoss, long Skipped)
{
    private const double Smallest = 2.220446049250313e-16;

    /// <summary>The metrics of some rows: O(rows x classes).</summary>
    /// <param name="truths">The class of each row, 0..classes-1.</param>
    /// <param name="probabilities">Row after row, one number per class, each at least 0; a row is divided by its sum.</param>
    /// <param name="classes">The number of classes, 1..10,000.</param>
    /// <exception cref="MLOpsInvalidException">The lengths do not fit, a class is out of range, a probability is below 0, or a row's sum is not above 0 and finite.</exception>
    public static MulticlassMetrics Of(ReadOnlySpan<int> truths, ReadOnlySpan<double> probabilities, int classes)
    {
        var confusion = new ConfusionMatrix(classes);
        if (probabilities.Length != (long)truths.Length * classes)
            throw new MLOpsInvalidException($"There are {probabilities.Length} probabilities for {truths.Length} rows of {classes} classes: it must be {(long)truths.Length * classes}.");
        double logs = 0;
        long count = 0;
        for (var i = 0; i < truths.Length; i++)
        {
            if (Best(probabilities.Slice(i * classes, classes), i) is not var (best, sum)) continue;
            confusion.Add([truths[i]], [best]);
            logs -= Math.Log(Math.Clamp(probabilities[i * classes + truths[i]] / sum, Smallest, 1 - Smallest));
            count++;
        }

        return new(confusion, count == 0 ? double.NaN : logs / count, truths.Length - count);
    }

    private static (int Best, double Sum)? Best(ReadOnlySpan<double> row, int index)
    {
        var (best, sum) = (0, 0.0);
        for (var c = 0; c < row.Length; c++)
        {
            if (double.IsNaN(row[c])) return null;
            if (row[c] < 0) throw new MLOpsInvalidException($"A probability in row {index} is {row[c]}: it must be at least 0.");
            if (row[c] > row[best]) best = c;
            sum += row[c];
        }

        return sum > 0 && double.IsFinite(sum) ? (best, sum) : throw new MLOpsInvalidException($"The probabilities of row {index} sum to {sum}: it must be above 0 and finite.");
    }
}
