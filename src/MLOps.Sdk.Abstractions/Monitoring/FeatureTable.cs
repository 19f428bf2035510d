namespace MLOps.Monitoring;

/// <summary>Rows, column by column: a file, a query's result, anything that is not in the prediction log.</summary>
/// <param name="Columns">The columns, all of the same length.</param>
public sealed record FeatureTable(IReadOnlyList<FeatureColumn> Columns)
{
    /// <summary>What the rows are called in a report; <c>data</c> by default.</summary>
    public string Name { get; init; } = "data";

    /// <summary>The model's answer for each row; empty when there are none.</summary>
    public ReadOnlyMemory<double> Predictions { get; init; }

    /// <summary>The truth of each row, NaN while it is unknown; empty when there are none.</summary>
    public ReadOnlyMemory<double> Labels { get; init; }

    /// <summary>When each row happened; empty when it is not known.</summary>
    public ReadOnlyMemory<DateTimeOffset> Times { get; init; }
}
