namespace MLOps.Predictions;

/// <summary>What is known of a prediction whose generation was served from a store.</summary>
public enum PredictionState
{
    /// <summary>Its row is in the log.</summary>
    Logged,

    /// <summary>It was made, but the log does not hold its row: it was asked for unlogged, dropped when the log was full, or removed since.</summary>
    NotLogged,

    /// <summary>The generation never made it: its number is beyond the last one that was given out.</summary>
    NeverMade,

    /// <summary>Nobody knows: the log holds no row with so high a number, and the generation still answers, or its process ended before it could say how many it gave out.</summary>
    Unknown,
}
