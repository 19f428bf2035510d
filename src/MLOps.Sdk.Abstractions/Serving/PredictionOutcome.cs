using System.Diagnostics.CodeAnalysis;

namespace MLOps.Serving;

/// <summary>What became of one row of a batch: an answer, or the error of this row alone.</summary>
/// <typeparam name="TOutput">The answer's type.</typeparam>
/// <param name="Prediction">The answer; without meaning when there is an error.</param>
/// <param name="Error">What the model threw for this row; null for an answer.</param>
public readonly record struct PredictionOutcome<TOutput>(Prediction<TOutput> Prediction, Exception? Error)
{
    /// <summary>Whether there is an answer.</summary>
    [MemberNotNullWhen(false, nameof(Error))]
    public bool Succeeded => Error is null;
}
