namespace MLOps.Records;

/// <summary>What an examination found wrong.</summary>
public enum AuditFindingKind
{
    /// <summary>An entry is not what was written.</summary>
    Changed,

    /// <summary>An entry is missing.</summary>
    Removed,

    /// <summary>An entry was put in.</summary>
    Inserted,

    /// <summary>An entry stands in another's place.</summary>
    Reordered,

    /// <summary>The head does not name the last entry.</summary>
    Head,

    /// <summary>The chain holds, but is not the one that a checkpoint was signed on: it was written anew.</summary>
    Rewritten,

    /// <summary>A checkpoint is not signed with the key given.</summary>
    Checkpoint,

    /// <summary>An audited record is not what its last entry says: it was changed, removed or put in behind the library.</summary>
    Record,
}
