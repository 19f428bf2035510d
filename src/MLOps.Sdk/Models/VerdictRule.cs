using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Models;

/// <summary>A verdict is written once: what a gate said is not changed or taken away, only followed by another verdict.</summary>
internal sealed class VerdictRule : CommitRule
{
    public override string Collection => Collections.GateVerdicts;

    public override async ValueTask<IReadOnlyList<RecordCheck>> CheckAsync(
        RecordCommit commit, RecordOperation operation, IRecordStore records, CancellationToken cancellationToken)
    {
        if (operation is RecordDelete) throw new MLOpsInvalidException($"The verdict {operation.Key} is kept as evidence and is never deleted. Ask the gate again: its latest verdict counts.");
        return await records.GetAsync(operation.Key, cancellationToken).ConfigureAwait(false) is null || operation.Expected == RecordOperation.Absent
            ? []
            : throw new MLOpsInvalidException($"The verdict {operation.Key} is kept as evidence and is never changed. Ask the gate again: its latest verdict counts.");
    }
}
