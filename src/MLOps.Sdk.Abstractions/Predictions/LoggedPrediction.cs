namespace MLOps.Predictions;

/// <summary>What a store knows of one prediction: who answered, and the logged row while the log holds it.</summary>
public sealed record LoggedPrediction
{
    /// <summary>The prediction.</summary>
    public required PredictionId Id { get; init; }

    /// <summary>The model that answered.</summary>
    public required string Model { get; init; }

    /// <summary>Its version.</summary>
    public required int Number { get; init; }

    /// <summary>Whether the row is there, and if not, whether the prediction was ever made.</summary>
    public required PredictionState State { get; init; }

    /// <summary>How many predictions its generation is known to have made; see <see cref="PredictionState.Unknown"/>.</summary>
    public required ulong KnownCount { get; init; }

    /// <summary>Event time; null when the row is not there, as for all that follows.</summary>
    public DateTimeOffset? EventTime { get; init; }

    /// <summary>The answer as a number.</summary>
    public double? Score { get; init; }

    /// <summary>The input's columns in order of declaration, as invariant text; null for a missing value. Empty when only answers are logged.</summary>
    public IReadOnlyList<KeyValuePair<string, string?>> Features { get; init; } = [];

    /// <summary>The arm of the model's route that answered; null when the model had no route.</summary>
    public string? Arm { get; init; }

    /// <summary>How probable it was that this request came to this arm, for estimates of what another arm would have done; null when that is not known.</summary>
    public double? Propensity { get; init; }

    /// <summary>How the arm was chosen: <c>hash</c> of the key, <c>random</c>, <c>pin</c>, <c>header</c>, <c>tenant</c>, <c>asked</c> for, or <c>diverted</c> from an arm that could not answer.</summary>
    public string? Reason { get; init; }

    /// <summary>The label that was observed last; null for none.</summary>
    public double? Label { get; init; }

    /// <summary>When that label was observed.</summary>
    public DateTimeOffset? LabelledAt { get; init; }
}
