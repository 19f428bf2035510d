namespace MLOps.Predictions;

/// <summary>What becomes of a column before it is written to the prediction log.</summary>
public enum ColumnRedaction
{
    /// <summary>Nothing: it is kept as it is.</summary>
    Keep,

    /// <summary>It is not kept: missing in every row.</summary>
    Drop,

    /// <summary>A category is kept as a keyed hash (HMAC-SHA-256, 16 hexadecimal characters): equal values stay equal, and nobody without the key learns them. A number is not kept.</summary>
    Hash,
}
