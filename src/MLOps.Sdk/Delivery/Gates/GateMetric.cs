namespace MLOps.Delivery;

/// <summary>What a metric gate compares. Of all of them less is better.</summary>
public enum GateMetric
{
    /// <summary>The root of the mean squared error.</summary>
    Rmse,

    /// <summary>The mean absolute error.</summary>
    Mae,

    /// <summary>The mean squared difference between a score and the class, 0 or 1.</summary>
    Brier,

    /// <summary>The share of rows whose class, at a score of 0.5, is wrong: 1 - accuracy.</summary>
    ErrorRate,

    /// <summary>The mean negative logarithm of the probability given to the true class, probabilities kept within 1e-15 of 0 and 1.</summary>
    LogLoss,
}
