using MLOps.Data.Intake;
using MLOps.Data.Trees;
using MLOps.Records;
using MLOps.Storage.Chunks;

namespace MLOps.Data.Commits;

/// <summary>Turns a change into what a branch holds next: on the head that it began from, or laid beside what others changed meanwhile.</summary>
sealed class DatasetCommit(DatasetRecords records, RecordWriter writer, DatasetFiles files, DatasetChange change, DatasetCommitOptions options)
{
    private DatasetVersion? _start;
    private bool _started;

    public ValueTask<DatasetVersion> RunAsync(string dataset, CancellationToken cancellationToken) =>
        new BranchWriter(records, writer, files).AdvanceAsync(dataset, options, ProposeAsync, cancellationToken);

    private async ValueTask<Proposal> ProposeAsync(CommitSession session, DatasetVersion? head, CancellationToken cancellationToken)
    {
        if (!_started) (_start, _started) = (head, true);
        // Another process may have made the head: what it stored need not be stored again.
        if (session.Edits is null && Root(head) is { } known) await files.Chunks.FindAsync(known, cancellationToken).ConfigureAwait(false);
        session.Edits ??= await StoreAsync(session, cancellationToken).ConfigureAwait(false);
        var start = Root(_start);
        if (!change.Replace && _start is null) await RequireRemovableAsync(session, null, cancellationToken).ConfigureAwait(false);
        if (_start?.Id != head?.Id) return await BesideAsync(session, head, cancellationToken).ConfigureAwait(false);

        if (!change.Replace && _start is not null) await RequireRemovableAsync(session, start, cancellationToken).ConfigureAwait(false);
        var onto = change.Replace ? null : start;
        await PathClash.RequireNoneAsync(session.Trees, onto, session.Edits, cancellationToken).ConfigureAwait(false);
        return Proposed(await EditAsync(session, onto, session.Edits, cancellationToken).ConfigureAwait(false), head);
    }

    /// <summary>Others moved the head since this commit began: what it changes is laid on theirs, unless both touched the same paths.</summary>
    private async ValueTask<Proposal> BesideAsync(CommitSession session, DatasetVersion? head, CancellationToken cancellationToken)
    {
        var start = Root(_start);
        var ours = session.Edits!;
        if (change.Replace)
        {
            var whole = await EditAsync(session, null, ours, cancellationToken).ConfigureAwait(false);
            await session.Writer.FlushAsync(cancellationToken).ConfigureAwait(false);
            ours = new Dictionary<string, ChunkContent?>(StringComparer.Ordinal);
            await foreach (var difference in TreeDiff.BetweenAsync(session.Trees, start, whole.Id, cancellationToken).ConfigureAwait(false)) ours[difference.Path] = difference.To;
        }

        var merged = await ThreeWay.MergeAsync(session.Trees, start, Root(head), ours, cancellationToken).ConfigureAwait(false);
        if (merged.Conflicts.Count > 0)
            throw new MLOpsConflictException(
                $"Nothing was committed: since this commit began, another changed {ThreeWay.Listed(merged.Conflicts)} as well. Look at what the head holds now and commit again.", merged.Conflicts);
        return Proposed(await EditAsync(session, Root(head), merged.Edits, cancellationToken).ConfigureAwait(false), head);
    }

    private Proposal Proposed(TreeLink tree, DatasetVersion? head) => tree.Files > 0 || options.AllowEmpty
        ? new Proposal(tree, head is null ? [] : [head.Id])
        : throw new MLOpsInvalidException(
            $"The version would hold no file{(change.Edits.FirstOrDefault(e => e.Kind == DatasetEditKind.Folder) is { } folder ? $": the folder '{folder.Path}' has none" : "")}. Nothing was committed. If that is meant, say AllowEmpty.");

    private async ValueTask<Dictionary<string, ChunkContent?>> StoreAsync(CommitSession session, CancellationToken cancellationToken)
    {
        var intake = new DatasetIntake(session.Writer, files.Chunks, folder => StatCache.Open(files.CacheFolder, folder, session.Epoch.Version, writer.Time), options.Progress);
        var edits = await intake.StoreAsync(change, cancellationToken).ConfigureAwait(false);
        session.Then.AddRange(intake.Remember);
        return edits;
    }

    private async ValueTask RequireRemovableAsync(CommitSession session, ChunkId? root, CancellationToken cancellationToken)
    {
        foreach (var (path, content) in session.Edits!)
        {
            if (content is not null || change.Edits.Any(e => e.Kind == DatasetEditKind.Put && e.Path == path)) continue;
            if (root is null || await session.Trees.FindAsync(root.Value, path, cancellationToken).ConfigureAwait(false) is null)
                throw new MLOpsNotFoundException($"The file '{path}' cannot be removed: there is none. {await FileNames.SomeAsync(session.Trees, root, cancellationToken).ConfigureAwait(false)}");
        }
    }

    private static ValueTask<TreeLink> EditAsync(CommitSession session, ChunkId? root, Dictionary<string, ChunkContent?> edits, CancellationToken cancellationToken) =>
        new TreeEditor(session.Trees, session.Writer, [.. edits.OrderBy(e => e.Key, StringComparer.Ordinal)]).RunAsync(root, cancellationToken);

    private static ChunkId? Root(DatasetVersion? version) => version is null ? null : DatasetFiles.RootOf(version);
}
