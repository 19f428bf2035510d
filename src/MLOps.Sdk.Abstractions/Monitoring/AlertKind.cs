namespace MLOps.Monitoring;

/// <summary>What an alert is about.</summary>
public enum AlertKind
{
    /// <summary>A fault of the data: values that vanished, became one value, or came in another unit. It opens at once, and nothing must be trained on such data.</summary>
    DataFault,

    /// <summary>The data or the model's answers drifted.</summary>
    Drift,

    /// <summary>The quality fell, by labels.</summary>
    Quality,

    /// <summary>The quality fell, by an estimate that its track record supports.</summary>
    EstimatedQuality,

    /// <summary>A fairness bound is broken.</summary>
    Fairness,
}
