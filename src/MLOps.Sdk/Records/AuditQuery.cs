namespace MLOps.Records;

/// <summary>Which entries of the audit chain to read. What is null asks for nothing.</summary>
public sealed record AuditQuery
{
    /// <summary>Entries by this actor only.</summary>
    public string? Actor { get; init; }

    /// <summary>Entries from this instant on.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Entries before this instant.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Entries that changed a record of this collection only: <c>model-aliases</c>.</summary>
    public string? Collection { get; init; }

    /// <summary>Entries that changed a record whose id is this, or begins with it and <c>/</c> or <c>@</c>: <c>churn</c> finds what befell the model, its versions and aliases.</summary>
    public string? Id { get; init; }

    /// <summary>The newest first; true by default.</summary>
    public bool NewestFirst { get; init; } = true;

    internal bool Matches(AuditEntry entry) => (Collection is null && Id is null) || entry.Changes.Any(c => (Collection is null || c.Collection == Collection) && (Id is null || IsOf(c.Id, Id)));

    private static bool IsOf(string id, string sought) =>
        id.StartsWith(sought, StringComparison.Ordinal) && (id.Length == sought.Length || id[sought.Length] is '/' or '@');
}
