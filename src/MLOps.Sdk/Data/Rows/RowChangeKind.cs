namespace MLOps.Data;

/// <summary>What became of a row.</summary>
public enum RowChangeKind
{
    /// <summary>Only the second version has its key.</summary>
    Added,

    /// <summary>Only the first version has its key.</summary>
    Removed,

    /// <summary>Both have its key, with other cells.</summary>
    Changed,
}
