namespace MLOps.Monitoring;

/// <summary>The judgement of one window.</summary>
public sealed record MonitorReport
{
    /// <summary>Its id: a UUIDv7 as 32 hexadecimal characters.</summary>
    public required string Id { get; init; }

    /// <summary>The model.</summary>
    public required string Model { get; init; }

    /// <summary>The version that made most of the window's predictions; 0 when there were none.</summary>
    public required int Number { get; init; }

    /// <summary>First event time, inclusive.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>Last event time, exclusive.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>Predictions of the version in the window.</summary>
    public long Rows { get; init; }

    /// <summary>Predictions of other versions in the window, which this report leaves out.</summary>
    public long OtherRows { get; init; }

    /// <summary>Predictions of the version that have a label by now.</summary>
    public long LabelledRows { get; init; }

    /// <summary>The conclusion.</summary>
    public required MonitorVerdict Verdict { get; init; }

    /// <summary>The conclusion in a sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>The columns, the prediction last.</summary>
    public IReadOnlyList<FeatureDrift> Features { get; init; } = [];

    /// <summary>Quality metrics over the labelled rows, by name; see <see cref="PredictionTask"/>. Empty without labels.</summary>
    public IReadOnlyDictionary<string, double> Quality { get; init; } = new Dictionary<string, double>();

    /// <summary>The same metrics at training.</summary>
    public IReadOnlyDictionary<string, double> BaselineQuality { get; init; } = new Dictionary<string, double>();

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
