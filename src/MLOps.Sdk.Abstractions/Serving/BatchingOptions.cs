namespace MLOps.Serving;

/// <summary>
/// Lets concurrent <see cref="IPredictor{TInput,TOutput}.PredictAsync"/> calls share one call of the model. A lone call runs at once on
/// its own thread; calls that arrive while the model is busy are answered together when it is free. Worth it for models whose batch
/// costs little more than one row.
/// </summary>
public sealed class BatchingOptions
{
    /// <summary>The most rows that the model is given at once; 64 by default, from 1 to 65,536.</summary>
    public int MaximumRows { get; set; } = 64;

    /// <summary>The most rows that may wait; 1,024 by default, from 1. A call beyond it is refused with <see cref="MLOpsOverloadedException"/> before any work.</summary>
    public int QueueRows { get; set; } = 1024;

    /// <summary>How many batches may run at the same time; 1 by default, from 1. A model that uses one core gains from as many as there are cores.</summary>
    public int Concurrency { get; set; } = 1;

    /// <summary>
    /// The longest that a row may wait for company while the model is free; zero, which is never, by default, at most 1 s. Within it a
    /// batch of n rows waits only while n times the usual gap between arrivals is less than the fixed cost of a call of the model,
    /// fitted from its last calls: only then is the time that the waiting rows lose less than what those behind them gain.
    /// </summary>
    public TimeSpan MaximumDelay { get; set; }
}
