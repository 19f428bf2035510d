namespace MLOps.Monitoring;

/// <summary>What a baseline learns beside the distributions.</summary>
/// <typeparam name="TRow">The row's type.</typeparam>
public sealed record BaselineOptions<TRow>
{
    /// <summary>
    /// When a row happened. With <see cref="Window"/>, the rows are cut in blocks of that length, and what one block differs from the others without any drift becomes the least that an
    /// alarm asks for: data that is ordered in time is never as alike from week to week as chance alone would make it.
    /// </summary>
    public Func<TRow, DateTimeOffset>? Time { get; init; }

    /// <summary>How long a window in production is; above 0. Needs <see cref="Time"/>.</summary>
    public TimeSpan? Window { get; init; }

    /// <summary>How many rows a window in production has, for rows without a time: blocks of so many rows are drawn at random. At least 2. Not together with <see cref="Window"/>.</summary>
    public int? WindowRows { get; init; }

    /// <summary>Columns (categories) by which the rows are looked at in parts; names of the schema. Their 20 most frequent categories with at least 100 rows are kept.</summary>
    public IReadOnlyList<string> Segments { get; init; } = [];

    /// <summary>
    /// How much the model's answers hang on each column, by name, not negative; only the proportions count. When null and answers are given, it is measured: boosted trees learn the
    /// answers from the columns, and a column is worth what their error grows by when it is shuffled.
    /// </summary>
    public IReadOnlyDictionary<string, double>? Importance { get; init; }
}
