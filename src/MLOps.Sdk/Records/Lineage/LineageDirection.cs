namespace MLOps.Records;

/// <summary>Which way lineage is followed.</summary>
public enum LineageDirection
{
    /// <summary>Where something came from, and what came of it.</summary>
    Both,

    /// <summary>Where something came from.</summary>
    Upstream,

    /// <summary>What came of something.</summary>
    Downstream,
}
