using MLOps.Data;

namespace MLOps.Predictions;

/// <summary>Logged predictions of one generation, column by column. All columns have the same length.</summary>
internal sealed record PredictionBatch
{
    public required string Model { get; init; }

    /// <summary>The version that answered.</summary>
    public required int Number { get; init; }

    public required ulong Generation { get; init; }

    /// <summary>The input's columns, in order of declaration; empty when only answers were logged.</summary>
    public required IReadOnlyList<Feature> Features { get; init; }

    public int Count => Sequences.Length;

    public required ulong[] Sequences { get; init; }

    /// <summary>Event times: ticks of UTC (<see cref="DateTimeOffset.UtcTicks"/>).</summary>
    public required long[] Times { get; init; }

    public required double[] Scores { get; init; }

    /// <summary>One array for each feature that is a number, in order; NaN for missing.</summary>
    public required double[][] Numbers { get; init; }

    /// <summary>One array for each feature that is a category, in order; null for missing.</summary>
    public required string?[][] Categories { get; init; }

    /// <summary>The label of each row as it was observed last, NaN for none; null when labels were not asked for.</summary>
    public double[]? Labels { get; init; }

    /// <summary>Why each row's version answered, null for one without a route; null when no row had one.</summary>
    public PredictionRoute?[]? Routes { get; init; }

    public PredictionId Id(int row) => new(Generation, Sequences[row]);

    /// <summary>The rows whose event time lies in [from, to), ticks of UTC.</summary>
    public PredictionBatch Within(long from, long to)
    {
        var rows = new List<int>(Count);
        for (var i = 0; i < Count; i++)
            if (Times[i] >= from && Times[i] < to) rows.Add(i);
        if (rows.Count == Count) return this;
        return this with
        {
            Sequences = Pick(Sequences),
            Times = Pick(Times),
            Scores = Pick(Scores),
            Numbers = [.. Numbers.Select(Pick)],
            Categories = [.. Categories.Select(Pick)],
            Labels = Labels is null ? null : Pick(Labels),
            Routes = Routes is null ? null : Pick(Routes),
        };

        T[] Pick<T>(T[] column) => [.. rows.Select(r => column[r])];
    }
}
