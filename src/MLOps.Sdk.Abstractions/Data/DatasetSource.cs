namespace MLOps.Data;

/// <summary>Where data came from, before it came here.</summary>
public sealed record DatasetSource
{
    /// <summary>The place: a URL, a table, an instrument. No secret belongs here.</summary>
    public required string Origin { get; init; }

    /// <summary>What was asked of it: SQL, an API call.</summary>
    public string? Query { get; init; }

    /// <summary>Under which terms it may be used: <c>CC-BY-4.0</c>.</summary>
    public string? Licence { get; init; }

    /// <summary>When it was fetched.</summary>
    public DateTimeOffset? RetrievedAt { get; init; }
}
