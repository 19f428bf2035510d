namespace MLOps.Storage.Relational;

/// <summary>What a write transaction holds alone, from its begin to its end. Where a database has one lock for all writers, the three are one.</summary>
public enum WriteLock
{
    /// <summary>The tables themselves: no transaction of the store writes meanwhile.</summary>
    Schema,

    /// <summary>All records: positions are given under it, so that they become visible in their order.</summary>
    Records,

    /// <summary>All streams.</summary>
    Streams,
}
