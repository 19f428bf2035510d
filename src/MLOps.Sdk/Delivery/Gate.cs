namespace MLOps.Delivery;

/// <summary>The gates that come with the library.</summary>
public static class Gate
{
    /// <summary>
    /// Compares candidate and champion on the same labelled rows: passes when the candidate is better by the wanted margin, and by more than chance.
    /// <code>Gate.Metric(recent, r => r.Input, r => r.Count, (double answer) => answer)</code>
    /// </summary>
    /// <typeparam name="TRow">A labelled row.</typeparam>
    /// <typeparam name="TInput">The models' input.</typeparam>
    /// <typeparam name="TOutput">The models' output.</typeparam>
    /// <param name="rows">Rows that neither model was trained on.</param>
    /// <param name="input">The model's input of a row.</param>
    /// <param name="label">The truth of a row: finite; 0 or 1 for the metrics of a class.</param>
    /// <param name="score">The answer as a number: a prediction, or the probability of class 1.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="MLOpsInvalidException">A label is not finite, or no class where the metric needs one, or an option is out of range.</exception>
    public static MetricGate<TInput, TOutput> Metric<TRow, TInput, TOutput>(
        IReadOnlyList<TRow> rows, Func<TRow, TInput> input, Func<TRow, double> label, Func<TOutput, double> score, MetricGateOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(label);
        ArgumentNullException.ThrowIfNull(score);
        return new([.. rows.Select(input)], [.. rows.Select(label)], score, options ?? new());
    }
}
