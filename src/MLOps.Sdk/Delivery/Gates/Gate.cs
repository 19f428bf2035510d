using MLOps.Monitoring;

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

    /// <summary>The candidate's metric on labelled rows against a limit: passes when its upper bound is at most that.</summary>
    /// <param name="rows">Rows that the model was not trained on.</param>
    /// <param name="input">The model's input of a row.</param>
    /// <param name="label">The truth of a row.</param>
    /// <param name="score">The answer as a number.</param>
    /// <param name="atMost">The limit, in the metric's unit.</param>
    /// <param name="options">Metric, rows and confidence; null for the defaults.</param>
    /// <exception cref="MLOpsInvalidException">A label, the limit or an option breaks a rule.</exception>
    public static IGate Value<TRow, TInput, TOutput>(
        IReadOnlyList<TRow> rows, Func<TRow, TInput> input, Func<TRow, double> label, Func<TOutput, double> score, double atMost, MetricGateOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return new ValueGate<TInput, TOutput>([.. rows.Select(input)], [.. rows.Select(label)], score, atMost, options ?? new());
    }

    /// <summary>
    /// Candidate against champion in every slice, on the same rows: fails when one is worse, by more than chance (Holm over all slices), than
    /// <see cref="MetricGateOptions.MinimumImprovement"/> allows. Slices of fewer than <see cref="MetricGateOptions.MinimumRows"/> are left out.
    /// </summary>
    /// <param name="rows">Rows that neither model was trained on.</param>
    /// <param name="input">The model's input of a row.</param>
    /// <param name="label">The truth of a row.</param>
    /// <param name="score">The answer as a number.</param>
    /// <param name="slices">Columns to slice by: a name, and what gives a row's value; null leaves a row out.</param>
    /// <param name="options">Metric, rows and confidence; null for the defaults.</param>
    /// <exception cref="MLOpsInvalidException">A label or an option breaks a rule.</exception>
    public static IGate Slices<TRow, TInput, TOutput>(
        IReadOnlyList<TRow> rows, Func<TRow, TInput> input, Func<TRow, double> label, Func<TOutput, double> score, IReadOnlyDictionary<string, Func<TRow, string?>> slices, MetricGateOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(slices);
        var found = from column in slices.OrderBy(c => c.Key, StringComparer.Ordinal)
                    from slice in Enumerable.Range(0, rows.Count).GroupBy(i => column.Value(rows[i]), StringComparer.Ordinal).Where(g => g.Key is not null).OrderBy(g => g.Key, StringComparer.Ordinal)
                    select ($"{column.Key} = {PlainText.Of(slice.Key!)}", slice.ToArray());
        return new SliceGate<TInput, TOutput>([.. rows.Select(input)], [.. rows.Select(label)], score, found, options ?? new());
    }

    /// <summary>The area under the ROC curve, against a limit and against the champion's on the same rows.</summary>
    /// <param name="rows">Rows that neither model was trained on, at least two of each class.</param>
    /// <param name="input">The model's input of a row.</param>
    /// <param name="label">Whether a row is positive.</param>
    /// <param name="score">The answer as a number: the larger, the surer.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="MLOpsInvalidException">An option is out of range.</exception>
    public static IGate Auc<TRow, TInput, TOutput>(IReadOnlyList<TRow> rows, Func<TRow, TInput> input, Func<TRow, bool> label, Func<TOutput, double> score, AucGateOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return new AucGate<TInput, TOutput>([.. rows.Select(input)], [.. rows.Select(label)], score, options ?? new());
    }

    /// <summary>Loads the candidate from the store and asks it for some rows, alone and as a batch: it must answer all alike, within a time.</summary>
    /// <param name="inputs">Rows as they come in.</param>
    /// <param name="score">The answer as a number, which must be finite; null when any answer will do.</param>
    /// <param name="limit">How long loading and answering may take; 30 seconds when null.</param>
    /// <param name="time">The clock; the system's when null.</param>
    public static IGate LoadAndQuery<TInput, TOutput>(IReadOnlyList<TInput> inputs, Func<TOutput, double>? score = null, TimeSpan? limit = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return new LoadAndQueryGate<TInput, TOutput>([.. inputs], score, limit ?? TimeSpan.FromSeconds(30), time ?? TimeProvider.System);
    }

    /// <summary>Measures the candidate's answers, against a limit and in turns with the champion.</summary>
    /// <param name="inputs">Rows as they come in; at least one.</param>
    /// <param name="options">The limits.</param>
    /// <param name="time">The clock; the system's when null.</param>
    /// <exception cref="MLOpsInvalidException">There is no row or no limit, or an option is out of range.</exception>
    public static IGate Latency<TInput, TOutput>(IReadOnlyList<TInput> inputs, LatencyGateOptions options, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(options);
        return new LatencyGate<TInput, TOutput>([.. inputs], options, time ?? TimeProvider.System);
    }

    /// <summary>Measures what the candidate takes when loaded, and allocates for an answer.</summary>
    /// <param name="inputs">Rows as they come in; at least one.</param>
    /// <param name="options">The limits.</param>
    /// <exception cref="MLOpsInvalidException">There is no row or no limit.</exception>
    public static IGate Memory<TInput, TOutput>(IReadOnlyList<TInput> inputs, MemoryGateOptions options)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(options);
        return new MemoryGate<TInput, TOutput>([.. inputs], options);
    }

    /// <summary>Whether those who ask the champion can ask the candidate as they do.</summary>
    public static IGate Signature() => new SignatureGate();

    /// <summary>How many bytes the candidate's files may have together.</summary>
    /// <param name="maximumBytes">More than 0.</param>
    /// <exception cref="MLOpsInvalidException">It is not.</exception>
    public static IGate Size(long maximumBytes) =>
        maximumBytes > 0 ? new SizeGate(maximumBytes) : throw new MLOpsInvalidException($"A model of at most {maximumBytes} bytes is wanted; the limit must be more than 0.");

    /// <summary>Judges a metric that is recorded of the candidate, without running it.</summary>
    /// <param name="options">The metric and its limits.</param>
    /// <exception cref="MLOpsInvalidException">There is no limit, or one is no number.</exception>
    public static IGate Recorded(RecordedGateOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new RecordedGate(options);
    }

    /// <summary>Whether the candidate was trained on data like that which comes in now: its baseline against recent rows.</summary>
    /// <param name="recent">Rows as they come in, column by column.</param>
    /// <param name="options">What counts as drift; null for the defaults.</param>
    /// <exception cref="MLOpsInvalidException">An option breaks its rule.</exception>
    public static IGate Drift(FeatureTable recent, MonitorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(recent);
        return new DriftGate(recent, MonitorRules.Require(options ?? new()));
    }

    /// <summary>The candidate's answers for groups of people, with intervals.</summary>
    /// <typeparam name="TRow">A labelled row.</typeparam>
    /// <typeparam name="TInput">The models' input.</typeparam>
    /// <typeparam name="TOutput">The models' output.</typeparam>
    /// <param name="rows">Rows that the candidate was not trained on.</param>
    /// <param name="input">The model's input of a row.</param>
    /// <param name="label">The truth of a row, 0 or 1; NaN where it is not known.</param>
    /// <param name="group">The group of a row; null where it is not known.</param>
    /// <param name="score">The answer as a number.</param>
    /// <param name="requirement">The bounds.</param>
    /// <exception cref="MLOpsInvalidException">A bound is out of range.</exception>
    public static IGate Fairness<TRow, TInput, TOutput>(
        IReadOnlyList<TRow> rows, Func<TRow, TInput> input, Func<TRow, double> label, Func<TRow, string?> group, Func<TOutput, double> score, FairnessRequirement requirement)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(requirement);
        return new FairnessGate<TInput, TOutput>([.. rows.Select(input)], [.. rows.Select(label)], [.. rows.Select(group)], score, requirement);
    }
}
