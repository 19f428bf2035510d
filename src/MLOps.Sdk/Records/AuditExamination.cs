using System.Security.Cryptography;

namespace MLOps.Records;

/// <summary>How to examine the audit chain.</summary>
public sealed record AuditExamination
{
    /// <summary>Compares every audited record as it is now with what its last entry says; true by default. Takes as long again as the chain itself.</summary>
    public bool CompareRecords { get; init; } = true;

    /// <summary>Checkpoints that were kept outside the store. None means that only what breaks the chain is found: whoever writes the whole chain anew leaves no break.</summary>
    public IReadOnlyList<AuditCheckpoint> Checkpoints { get; init; } = [];

    /// <summary>The public key that the checkpoints must be signed with; needed when there are any.</summary>
    public ECDsa? Key { get; init; }
}
