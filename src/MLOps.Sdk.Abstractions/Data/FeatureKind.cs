namespace MLOps.Data;

/// <summary>What a feature's values are.</summary>
public enum FeatureKind
{
    /// <summary>A number; NaN stands for a missing value.</summary>
    Number,

    /// <summary>One of some categories; null stands for a missing value.</summary>
    Category,
}
