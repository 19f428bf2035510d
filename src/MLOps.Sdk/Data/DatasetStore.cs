using System.Runtime.CompilerServices;
using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Data;

/// <inheritdoc cref="IDatasetStore"/>
sealed class DatasetStore(RecordWriter writer, ContentStore content, IBlobStore blobs) : IDatasetStore
{
    private readonly DatasetRecords _records = new(writer.Store);

    public ValueTask<DatasetVersion> CommitAsync(string dataset, DatasetChange change, DatasetCommitOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        return new DatasetCommit(_records, writer, content).CommitAsync(dataset, change, options ?? new DatasetCommitOptions(), cancellationToken);
    }

    public ValueTask<DatasetVersion> ResolveAsync(string reference, CancellationToken cancellationToken = default) =>
        new DatasetReferences(_records).ResolveAsync(reference, cancellationToken);

    public async ValueTask TagAsync(DatasetVersion version, string tag, bool move = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(version);
        var reference = DatasetRefDocument.TagRef(Name.Require(tag, "tag"));
        _records.Refs.Key(DatasetRefDocument.IdOf(version.Dataset, reference)).Require();
        var known = await _records.Versions.GetAsync(version.Id, cancellationToken).ConfigureAwait(false);
        if (known is null || known.Value.Dataset != version.Dataset)
            throw new MLOpsNotFoundException($"Dataset '{Name.Shown(version.Dataset)}' has no version {Name.Shown(version.Id)}, so it cannot be tagged. Commit it to this store first.");
        while (true)
        {
            var before = await _records.RefAsync(version.Dataset, reference, cancellationToken).ConfigureAwait(false);
            if (before?.Value.Version == version.Id) return;
            if (before is not null && !move)
                throw new MLOpsConflictException($"The tag '{version.Dataset}@{tag}' names the version {before.Value.Version}. A tag stays where it was put: choose another tag, or say that it is to be moved.", [_records.Refs.Key(DatasetRefDocument.IdOf(version.Dataset, reference)).ToString()]);
            var after = new DatasetRefDocument { Dataset = version.Dataset, Ref = reference, Version = version.Id, UpdatedAt = writer.Now };
            try
            {
                await writer.CommitAsync(
                    [
                        before is null ? _records.Refs.Put(after, RecordOperation.Absent) : _records.Refs.Put(before, after),
                        new RecordCheck(_records.Versions.Key(version.Id), known.Version),
                    ],
                    $"tag {version.Dataset}@{tag}", cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (MLOpsConflictException)
            {
                // Another's tag came first: look at what it says and decide anew. When it was not the tag, the version changed.
                var now = await _records.RefAsync(version.Dataset, reference, cancellationToken).ConfigureAwait(false);
                if (now?.Version == before?.Version) throw;
            }
        }
    }

    public async IAsyncEnumerable<Dataset> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var dataset in _records.Datasets.QueryAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            DatasetRefDocument? head = null;
            var tags = new Dictionary<string, string>(StringComparer.Ordinal);
            await foreach (var found in _records.RefsAsync(dataset.Value.Name, cancellationToken).ConfigureAwait(false))
            {
                if (found.Value.Tag() is { } tag) tags.Add(tag, found.Value.Version);
                else if (found.Value.Ref == DatasetRefDocument.MainHead) head = found.Value;
            }

            if (head is not null) yield return new Dataset { Name = dataset.Value.Name, Head = head.Version, Tags = tags, UpdatedAt = head.UpdatedAt };
        }
    }

    public async IAsyncEnumerable<DatasetVersion> LogAsync(string reference, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var version = await ResolveAsync(reference, cancellationToken).ConfigureAwait(false);
        while (true)
        {
            yield return version;
            if (version.Parents is not [var parent, ..]) yield break;
            version = await _records.NamedAsync(parent, $"the version {version.Id}", cancellationToken).ConfigureAwait(false);
        }
    }

    public IAsyncEnumerable<DatasetFile> FilesAsync(DatasetVersion version, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(version);
        return DatasetTree.ReadAsync(content, version.Tree, cancellationToken);
    }

    public async ValueTask<Stream> OpenAsync(DatasetVersion version, string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(version);
        Name.RequirePath(path, "file path");
        var others = new List<string>();
        await foreach (var file in FilesAsync(version, cancellationToken).ConfigureAwait(false))
        {
            if (file.Path == path)
                return await content.OpenNamedAsync(file.Digest, $"the file '{path}' of dataset version {version.ShortId()}", cancellationToken).ConfigureAwait(false);
            others.Add(file.Path);
        }

        throw new MLOpsNotFoundException($"Version {version.ShortId()} of dataset '{version.Dataset}' has no file '{path}'. {FileNames.Some(others)}");
    }

    public ValueTask RestoreAsync(DatasetVersion version, string folder, DatasetRestoreOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(version);
        if (string.IsNullOrWhiteSpace(folder)) throw new MLOpsInvalidException("The folder to restore into is empty: give the path of a folder.");
        return new DatasetRestore(version, folder, options ?? new DatasetRestoreOptions(), content, blobs).RunAsync(cancellationToken);
    }
}
