using MLOps.Data.Commits;
using MLOps.Data.Transfer;
using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Data;

/// <summary>
/// Brings datasets from one store to another: only what is missing there, and what a broken transfer brought is not brought again. To pull is
/// to let the other store push to this one; to clone is to do so for each of its datasets. Thread-safe.
/// </summary>
public sealed class DatasetTransfer
{
    private const int MostOperations = 1000;

    private readonly RecordWriter _writer;
    private readonly DatasetFiles _files;
    private readonly DatasetRecords _records;

    internal DatasetTransfer(RecordWriter writer, DatasetFiles files) => (_writer, _files, _records) = (writer, files, new DatasetRecords(writer.Store));

    /// <summary>Brings a dataset's branches and tags to another store, with the history behind them. Branches there only move forward; tags that are there stay.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="to">The other store.</param>
    /// <param name="options">One branch only; null for all branches and tags.</param>
    /// <param name="cancellationToken">Cancels; no branch or tag has moved that is not complete over there.</param>
    /// <exception cref="MLOpsConflictException">A branch over there has versions that this one has not, or a tag names another version. Bring theirs here, merge, and push again.</exception>
    public async ValueTask<TransferReport> PushAsync(string dataset, DatasetTransfer to, TransferOptions? options = null, CancellationToken cancellationToken = default)
    {
        Name.Require(dataset, "dataset name");
        ArgumentNullException.ThrowIfNull(to);
        options ??= new TransferOptions();
        var refs = await RefsAsync(dataset, options, cancellationToken).ConfigureAwait(false);
        while (true)
        {
            var session = await CommitSession.BeginAsync(to._records, to._files, cancellationToken).ConfigureAwait(false);
            await using (session.ConfigureAwait(false))
                if (await PushAsync(session, refs, to, options, cancellationToken).ConfigureAwait(false) is { } report) return report;
        }
    }

    private async ValueTask<List<DatasetRefDocument>> RefsAsync(string dataset, TransferOptions options, CancellationToken cancellationToken)
    {
        if (options.Branch is null && options.As is not null) throw new MLOpsInvalidException("A branch gets another name over there only when one branch is brought: set Branch too.");
        var refs = new List<DatasetRefDocument>();
        await foreach (var found in _records.RefsAsync(dataset, cancellationToken).ConfigureAwait(false))
        {
            if (options.Branch is null) refs.Add(found.Value);
            else if (found.Value.Branch() == options.Branch)
                refs.Add(options.As is null ? found.Value : found.Value with { Ref = DatasetRefDocument.HeadRef(Name.Require(options.As, "branch")) });
        }

        if (refs.Count == 0) throw new MLOpsNotFoundException($"There is no {(options.Branch is null ? "" : $"branch '{Name.Shown(options.Branch)}' of a ")}dataset '{Name.Shown(dataset)}' in this store.");
        return refs;
    }

    /// <summary>Null when a collection over there came in between.</summary>
    private async ValueTask<TransferReport?> PushAsync(CommitSession session, List<DatasetRefDocument> refs, DatasetTransfer to, TransferOptions options, CancellationToken cancellationToken)
    {
        var copy = new VersionCopy(_files.Chunks, session.Writer);
        await using (copy.ConfigureAwait(false))
        {
            var (missing, known) = await MissingAsync(refs, to, cancellationToken).ConfigureAwait(false);
            if (options.DryRun)
            {
                foreach (var reference in refs) await to.RequireForwardAsync(reference, await to._records.RefAsync(reference.Dataset, reference.Ref, cancellationToken).ConfigureAwait(false), _records, cancellationToken).ConfigureAwait(false);
                return new TransferReport { Versions = missing.Count };
            }

            foreach (var version in known) await copy.KnowAsync(DatasetFiles.RootOf(version), cancellationToken).ConfigureAwait(false);
            foreach (var version in missing) await copy.CopyAsync(DatasetFiles.RootOf(version), cancellationToken).ConfigureAwait(false);
            await session.Writer.FlushAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                // Versions before the names: a name never leads to what is not there.
                foreach (var batch in missing.Chunk(MostOperations / 4)) await to.PutAsync(session, batch, cancellationToken).ConfigureAwait(false);
                foreach (var reference in refs) await to.MoveAsync(session, reference, _records, cancellationToken).ConfigureAwait(false);
            }
            catch (MLOpsConflictException)
            {
                if ((await CollectionEpoch.ReadAsync(to._records, cancellationToken).ConfigureAwait(false)).Version != session.Epoch.Version) return null;
                throw;
            }

            foreach (var version in missing) options.Progress?.Report(version);
            return new TransferReport { Versions = missing.Count, Chunks = session.Writer.NewChunks, Bytes = session.Writer.StoredBytes };
        }
    }

    /// <summary>The versions that are not over there, oldest first, and those over there that they were made from.</summary>
    private async ValueTask<(List<DatasetVersion> Missing, List<DatasetVersion> Known)> MissingAsync(List<DatasetRefDocument> refs, DatasetTransfer to, CancellationToken cancellationToken)
    {
        var (missing, known) = (new List<DatasetVersion>(), new List<DatasetVersion>());
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<(string Id, bool Done)>(refs.Select(r => (r.Version, false)));
        var versions = new Dictionary<string, DatasetVersion>(StringComparer.Ordinal);
        while (open.TryPop(out var next))
        {
            if (next.Done)
            {
                missing.Add(versions[next.Id]);
                continue;
            }

            if (!seen.Add(next.Id)) continue;
            var version = await _records.NamedAsync(next.Id, "a branch, a tag or a later version", cancellationToken).ConfigureAwait(false);
            if (await to._records.Versions.GetAsync(next.Id, cancellationToken).ConfigureAwait(false) is { Value.IsCollected: false } there)
            {
                known.Add(there.Value);
                continue;
            }

            versions[next.Id] = version;
            open.Push((next.Id, true));
            foreach (var parent in version.Parents) open.Push((parent, false));
        }

        return (missing, known);
    }

    private async ValueTask PutAsync(CommitSession session, IReadOnlyList<DatasetVersion> versions, CancellationToken cancellationToken)
    {
        var operations = new List<RecordOperation> { session.Epoch.Unchanged(_records) };
        foreach (var version in versions)
        {
            var there = await _records.Versions.GetAsync(version.Id, cancellationToken).ConfigureAwait(false);
            if (there is null) operations.Add(_records.Versions.Put(version, RecordOperation.Absent));
            else if (there.Value.IsCollected) operations.Add(_records.Versions.Put(there, version));
            operations.AddRange(version.Inputs.Select(input => LineageEdge.Of(input, EntityRef.Dataset(version.Id), "derived into", version.CreatedAt)));
        }

        await _writer.CommitAsync([.. operations.DistinctBy(o => o.Key)], "versions from another store", cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask MoveAsync(CommitSession session, DatasetRefDocument reference, DatasetRecords source, CancellationToken cancellationToken)
    {
        var before = await _records.RefAsync(reference.Dataset, reference.Ref, cancellationToken).ConfigureAwait(false);
        if (before?.Value.Version == reference.Version) return;
        await RequireForwardAsync(reference, before, source, cancellationToken).ConfigureAwait(false);
        var moved = reference with { UpdatedAt = _writer.Now };
        var version = await _records.Versions.GetAsync(reference.Version, cancellationToken).ConfigureAwait(false);
        List<RecordOperation> operations =
        [
            before is null ? _records.Refs.Put(moved, RecordOperation.Absent) : _records.Refs.Put(before, moved),
            session.Epoch.Unchanged(_records),
            new RecordCheck(_records.Versions.Key(reference.Version), version?.Version ?? 1),
        ];
        if (await _records.Datasets.GetAsync(reference.Dataset, cancellationToken).ConfigureAwait(false) is null)
            operations.Add(_records.Datasets.Put(new DatasetDocument { Name = reference.Dataset, CreatedAt = _writer.Now }, RecordOperation.Absent));
        await _writer.CommitAsync(operations, $"{reference.Dataset}/{reference.Ref} from another store", cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask RequireForwardAsync(DatasetRefDocument reference, Stored<DatasetRefDocument>? before, DatasetRecords source, CancellationToken cancellationToken)
    {
        if (before is not null && before.Value.Version != reference.Version && (reference.Tag() is not null || !await IsBehindAsync(before.Value.Version, reference.Version, source, cancellationToken).ConfigureAwait(false)))
            throw new MLOpsConflictException(
                $"'{reference.Dataset}/{reference.Ref}' names version {before.Value.Version[..12]} over there, {(reference.Tag() is null ? "which is not part of this branch's history" : "and a tag stays where it was put")}. Bring theirs here under another name, merge it, and push again.",
                [_records.Refs.Key(DatasetRefDocument.IdOf(reference.Dataset, reference.Ref)).ToString()]);
    }

    private static async ValueTask<bool> IsBehindAsync(string ancestor, string version, DatasetRecords source, CancellationToken cancellationToken)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>([version]);
        while (open.TryPop(out var id))
        {
            if (id == ancestor) return true;
            if (!seen.Add(id)) continue;
            foreach (var parent in (await source.NamedAsync(id, "a later version", cancellationToken).ConfigureAwait(false)).Parents) open.Push(parent);
        }

        return false;
    }
}
