using MLOps.Data;

namespace MLOps.Serving;

/// <summary>Declares a model that this process serves.</summary>
/// <typeparam name="TInput">One row of input.</typeparam>
/// <typeparam name="TOutput">One answer.</typeparam>
public sealed class ServedModelOptions<TInput, TOutput>
{
    /// <summary>The alias to follow; <c>champion</c> by default.</summary>
    public string Alias { get; set; } = "champion";

    /// <summary>The input's columns: what the prediction log keeps and drift detection looks at. Without it only answers are logged.</summary>
    public FeatureSchema<TInput>? Features { get; set; }

    /// <summary>The answer as a number, for the log and for quality metrics. By default numbers are taken as they are, <see cref="bool"/> as 0 or 1; other types need this to be logged.</summary>
    public Func<TOutput, double>? Score { get; set; }

    /// <summary>Lets concurrent calls share one call of the model; off when null, the default.</summary>
    public BatchingOptions? Batching { get; set; }

    /// <summary>
    /// How many calls may be inside the model at the same time, counting those that wait in no queue: from 1; null, the default, for no bound. A call beyond it is refused with
    /// <see cref="MLOpsOverloadedException"/> before any work: rather some are told to come again than all wait.
    /// </summary>
    public int? MaximumCalls { get; set; }

    /// <summary>True to load the model with its first asynchronous call and not when the host starts; false by default.</summary>
    public bool Lazy { get; set; }

    /// <summary>How many bytes a version takes in memory, for <c>ServingOptions.MemoryBytes</c>: the sum of its files by default.</summary>
    public Func<Models.ModelVersion, long>? Memory { get; set; }

    /// <summary>How long loading a version may take before it counts as failed: 1 ms to 1 day; 5 minutes by default. Calls go on meanwhile.</summary>
    public TimeSpan LoadTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Rows that a freshly loaded version must answer before it is published; one that throws, or answers NaN or infinity, is not published.</summary>
    public IReadOnlyList<TInput> WarmUp { get; set; } = [];
}
