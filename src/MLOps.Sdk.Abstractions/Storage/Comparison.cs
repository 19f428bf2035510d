namespace MLOps.Storage;

/// <summary>The operators of a <see cref="CompareFilter"/>.</summary>
public enum Comparison
{
    /// <summary>Equal.</summary>
    Equal,

    /// <summary>Less than.</summary>
    Less,

    /// <summary>Less than or equal.</summary>
    AtMost,

    /// <summary>Greater than.</summary>
    Greater,

    /// <summary>Greater than or equal.</summary>
    AtLeast,
}
