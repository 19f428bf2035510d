namespace MLOps.Data;

/// <summary>That a dataset exists; what it holds is said by its refs.</summary>
sealed record DatasetDocument
{
    public required string Name { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}
