namespace MLOps.Storage;

/// <summary>Asks for records of one collection.</summary>
/// <param name="Collection">The collection.</param>
public sealed record RecordQuery(string Collection)
{
    /// <summary>The name by which filters and orders reach a record's id.</summary>
    public const string Id = "$id";

    /// <summary>The condition; null for all records.</summary>
    public Filter? Filter { get; init; }

    /// <summary>The field to order by; by id when null. See <see cref="IRecordStore"/> for the order.</summary>
    public string? OrderBy { get; init; }

    /// <summary>Largest first. Records without the field come last all the same, and ties go by id ascending.</summary>
    public bool Descending { get; init; }

    /// <summary>The most records a page holds: 1 to 10,000.</summary>
    public int Size { get; init; } = 100;

    /// <summary>The token of the page to read: <see cref="RecordPage.Next"/> of the one before; null for the first.</summary>
    public string? After { get; init; }
}
