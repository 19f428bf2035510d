using System.Globalization;

namespace MLOps.Records;

/// <summary>What an examination of the audit chain found.</summary>
/// <param name="Entries">How many entries the chain has, by its head.</param>
/// <param name="Records">How many audited records were compared; 0 when that was not asked for.</param>
/// <param name="SignedEntries">Up to which entry a signed checkpoint confirms the chain; 0 for none.</param>
/// <param name="Findings">What is wrong, in order of the chain; at most 1,000. Empty when all is well.</param>
public sealed record AuditReport(long Entries, long Records, long SignedEntries, IReadOnlyList<AuditFinding> Findings)
{
    /// <summary>True when nothing is wrong.</summary>
    public bool IsIntact => Findings.Count == 0;

    /// <summary>What the examination can say and what not, in a sentence.</summary>
    public string Coverage => (Entries, SignedEntries) switch
    {
        (0, _) => "The chain is empty.",
        (_, 0) => string.Create(
            CultureInfo.InvariantCulture, $"No signed checkpoint confirms any of the {Entries} entries: they fit together, but whoever can write the store could have written all of them anew."),
        _ when SignedEntries >= Entries => string.Create(CultureInfo.InvariantCulture, $"A signed checkpoint confirms all {Entries} entries."),
        _ => string.Create(
            CultureInfo.InvariantCulture,
            $"A signed checkpoint confirms the entries 1 to {SignedEntries}; those from {SignedEntries + 1} to {Entries} only fit together: whoever can write the store could have written them anew."),
    };
}
