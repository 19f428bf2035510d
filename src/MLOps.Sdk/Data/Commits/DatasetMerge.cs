using MLOps.Data.Trees;
using MLOps.Records;
using MLOps.Storage;
using MLOps.Storage.Chunks;

namespace MLOps.Data.Commits;

/// <summary>Merges and rollbacks: a branch takes over what a version holds, in part or whole.</summary>
sealed class DatasetMerge(DatasetRecords records, RecordWriter writer, DatasetFiles files)
{
    public ValueTask<DatasetVersion> MergeAsync(DatasetVersion source, DatasetCommitOptions options, CancellationToken cancellationToken) =>
        Writer.AdvanceAsync(source.Dataset, options with { Message = options.Message ?? $"merge {source.ShortId()}" }, async (session, head, token) =>
        {
            var (known, check) = await KnownAsync(source, token).ConfigureAwait(false);
            var from = head is null ? null : await CommonAsync(head, known, token).ConfigureAwait(false);
            if (head is null || from?.Id == head.Id) return new Proposal(null, known.Parents) { Existing = known, Checks = [check] };
            if (from?.Id == known.Id) return new Proposal(null, head.Parents) { Existing = head };
            var theirs = new Dictionary<string, ChunkContent?>(StringComparer.Ordinal);
            var start = from is null ? (ChunkId?)null : DatasetFiles.RootOf(from);
            await foreach (var change in TreeDiff.BetweenAsync(session.Trees, start, DatasetFiles.RootOf(known), token).ConfigureAwait(false)) theirs[change.Path] = change.To;
            var merged = await ThreeWay.MergeAsync(session.Trees, start, DatasetFiles.RootOf(head), theirs, token).ConfigureAwait(false);
            if (merged.Conflicts.Count > 0)
                throw new MLOpsConflictException(
                    $"Version {known.ShortId()} was not merged into branch '{options.Branch}' of dataset '{source.Dataset}': both changed {ThreeWay.Listed(merged.Conflicts)} differently since {from?.ShortId() ?? "their beginning"}. Make them equal on one side, or commit one side's files on the other, and merge again.", merged.Conflicts);
            var editor = new TreeEditor(session.Trees, session.Writer, [.. merged.Edits.OrderBy(e => e.Key, StringComparer.Ordinal)]);
            return new Proposal(await editor.RunAsync(DatasetFiles.RootOf(head), token).ConfigureAwait(false), [head.Id, known.Id]) { Checks = [check] };
        }, cancellationToken);

    public ValueTask<DatasetVersion> RollbackAsync(DatasetVersion to, DatasetCommitOptions options, CancellationToken cancellationToken) =>
        Writer.AdvanceAsync(to.Dataset, options with { Message = options.Message ?? $"roll back to {to.ShortId()}" }, async (session, head, token) =>
        {
            var (known, check) = await KnownAsync(to, token).ConfigureAwait(false);
            return new Proposal(new TreeLink(DatasetFiles.RootOf(known), known.FileCount, known.Length, string.Empty), head is null ? [] : [head.Id]) { Checks = [check] };
        }, cancellationToken);

    private BranchWriter Writer => new(records, writer, files);

    /// <summary>The version as the store has it, and the check that it is not collected meanwhile.</summary>
    private async ValueTask<(DatasetVersion Version, RecordCheck Check)> KnownAsync(DatasetVersion version, CancellationToken cancellationToken)
    {
        var known = await records.KnownAsync(version, cancellationToken).ConfigureAwait(false);
        DatasetFiles.RootOf(known.Value);
        return (known.Value, new RecordCheck(records.Versions.Key(version.Id), known.Version));
    }

    /// <summary>The newest version that both come from; null when there is none.</summary>
    private async ValueTask<DatasetVersion?> CommonAsync(DatasetVersion a, DatasetVersion b, CancellationToken cancellationToken)
    {
        // Both histories are walked back side by side, newest first, until one meets what the other has seen.
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var open = new PriorityQueue<(DatasetVersion Version, int Side), (long, string)>();
        Enqueue(a, 1);
        Enqueue(b, 2);
        while (open.TryDequeue(out var next, out _))
        {
            if (seen[next.Version.Id] == 3) return next.Version;
            foreach (var parent in next.Version.Parents)
            {
                if ((seen.GetValueOrDefault(parent) | next.Side) == seen.GetValueOrDefault(parent)) continue;
                Enqueue(await records.NamedAsync(parent, $"the version {next.Version.Id}", cancellationToken).ConfigureAwait(false), next.Side);
            }
        }

        return null;

        void Enqueue(DatasetVersion version, int side)
        {
            seen[version.Id] = seen.GetValueOrDefault(version.Id) | side;
            open.Enqueue((version, side), (-version.CreatedAt.UtcTicks, version.Id));
        }
    }
}
