using System.Text;
using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Experiments;

/// <summary>What is done to runs from outside: changed, deleted, restored, purged, held.</summary>
sealed class RunUpkeep(RunRecords records, MetricStreams streams, GroupedCommits commits, RecordWriter writer, RunLease lease)
{
    private const int MaxNoteBytes = 64_000, MaxCommentBytes = 8_000, MaxComments = 1_000, PurgedTogether = 1_000;

    public ValueTask<Run> ChangeAsync(string runId, RunChange change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        if (change.Name is not null) Name.RequirePath(change.Name, "run name");
        if (change.Note is not null) RequireText(change.Note, "note", 0, MaxNoteBytes);
        if (change.Comment is not null) RequireText(change.Comment, "comment", 1, MaxCommentBytes);
        foreach (var (name, value) in change.Tags)
        {
            RunRules.RequireName(name, "tag name");
            if (value is not null) RunRules.RequireValue(name, value, "tag");
        }

        var comment = change.Comment is null ? null : new RunComment(change.Comment, writer.Actor, writer.Now);
        return UpdateAsync(runId, "changed", run =>
        {
            if (change.Name is not null) run = run with { Name = change.Name };
            if (change.Note is not null) run = run with { Note = change.Note.Length == 0 ? null : change.Note };
            if (comment is not null)
            {
                if (run.Comments.Count >= MaxComments) throw new MLOpsRejectedException($"The run {run.Id} has {MaxComments} comments and takes no more. Use its note, or a place for discussions.");
                run = run with { Comments = [.. run.Comments, comment] };
            }

            return RunRules.WithTags(run, change.Tags);
        }, cancellationToken);
    }

    public async ValueTask DeleteAsync(string runId, CancellationToken cancellationToken)
    {
        await lease.LookAsync(cancellationToken).ConfigureAwait(false);
        await UpdateAsync(runId, "deleted", run =>
        {
            if (run.DeletedAt is not null) return run;
            RequireFree(run);
            if (run.Status == RunStatus.Running) throw new MLOpsRejectedException($"The run {run.Id} is Running and cannot be deleted. Complete it first; if its process is gone, its lease will end it soon.");
            return run with { DeletedAt = writer.Now };
        }, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask RestoreAsync(string runId, CancellationToken cancellationToken) =>
        await UpdateAsync(runId, "restored", run => run.DeletedAt is null ? run : run with { DeletedAt = null }, cancellationToken).ConfigureAwait(false);

    public ValueTask<Run> HoldAsync(string runId, string? reason, CancellationToken cancellationToken)
    {
        if (reason is { Length: 0 }) throw new MLOpsInvalidException("The reason of a hold is empty: say why the run must be kept.");
        RunRules.RequireReason(reason);
        return UpdateAsync(runId, reason is null ? "let go" : "held", run => reason is null
            ? run.Hold is null ? run : run with { Hold = null }
            : run with { Hold = new RunHold(reason, writer.Actor, writer.Now) }, cancellationToken);
    }

    public async ValueTask PurgeAsync(string runId, CancellationToken cancellationToken)
    {
        RunRules.RequireId(runId);
        if (await records.Runs.GetAsync(runId, cancellationToken).ConfigureAwait(false) is { } run)
        {
            RequireFree(run.Value);
            if (run.Value.DeletedAt is null) throw new MLOpsRejectedException($"The run {runId} was not deleted, and only a deleted run can be purged. Delete it first.");
            // All pins but a last handful may go before the record: it is deleted, and nobody reads it any more.
            List<RecordOperation> pins = [.. (await RunPins.OfAsync(writer.Store, runId, cancellationToken).ConfigureAwait(false)).Select(p => new RecordDelete(p.Pin))];
            for (; pins.Count > PurgedTogether; pins.RemoveRange(0, PurgedTogether))
                await writer.CommitAsync([.. pins.Take(PurgedTogether), new RecordCheck(records.Runs.Key(runId), run.Version)], "purged", cancellationToken).ConfigureAwait(false);
            await writer.CommitAsync([.. pins, new RecordDelete(records.Runs.Key(runId), run.Version)], "purged", cancellationToken).ConfigureAwait(false);
            await streams.DropAsync(runId, cancellationToken).ConfigureAwait(false);
        }
        else if (!await streams.DropAsync(runId, cancellationToken).ConfigureAwait(false)) await records.RunAsync(runId, cancellationToken).ConfigureAwait(false);
    }

    private static void RequireFree(Run run)
    {
        if (run.Hold is { } hold) throw new MLOpsRejectedException($"The run {run.Id} is held by {hold.Actor} ('{Name.Shown(hold.Reason)}') and must be kept. It can be deleted once the hold is taken back.");
    }

    private async ValueTask<Run> UpdateAsync(string runId, string reason, Func<Run, Run> change, CancellationToken cancellationToken)
    {
        var record = new RunRecord(records, commits, await records.RunAsync(runId, cancellationToken).ConfigureAwait(false));
        return await record.UpdateAsync(change, reason, cancellationToken).ConfigureAwait(false);
    }

    private static void RequireText(string text, string what, int least, int most)
    {
        if (text.Length < least) throw new MLOpsInvalidException($"The {what} is empty.");
        if (text.Length > most || Encoding.UTF8.GetByteCount(text) > most) throw new MLOpsInvalidException($"The {what} is longer than {most} bytes of UTF-8. Keep it as an artifact.");
        FieldValue.RequireText(text, what);
    }
}
