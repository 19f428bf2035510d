using System.Runtime.CompilerServices;
using MLOps.Data.Commits;
using MLOps.Data.Restore;
using MLOps.Records;

namespace MLOps.Data;

/// <inheritdoc cref="IDatasetStore"/>
sealed class DatasetStore(RecordWriter writer, DatasetFiles files) : IDatasetStore
{
    private readonly DatasetRecords _records = new(writer.Store);

    public ValueTask<DatasetVersion> CommitAsync(string dataset, DatasetChange change, DatasetCommitOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        return new DatasetCommit(_records, writer, files, change, options ?? new DatasetCommitOptions()).RunAsync(dataset, cancellationToken);
    }

    public ValueTask<DatasetVersion> ResolveAsync(string reference, CancellationToken cancellationToken = default) =>
        new DatasetReferences(_records).ResolveAsync(reference, cancellationToken);

    public ValueTask TagAsync(DatasetVersion version, string tag, bool move = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(version);
        return new DatasetNames(_records, writer).SetAsync(version, DatasetRefDocument.TagRef(Name.Require(tag, "tag")), $"The tag '{version.Dataset}@{tag}'", move, cancellationToken);
    }

    public ValueTask BranchAsync(DatasetVersion version, string branch, bool move = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(version);
        return new DatasetNames(_records, writer).SetAsync(version, DatasetRefDocument.HeadRef(Name.Require(branch, "branch")), $"The branch '{branch}' of dataset '{version.Dataset}'", move, cancellationToken);
    }

    public ValueTask ForgetAsync(string dataset, string name, CancellationToken cancellationToken = default) =>
        new DatasetNames(_records, writer).ForgetAsync(Name.Require(dataset, "dataset name"), Name.Require(name, "tag or branch"), cancellationToken);

    public ValueTask<DatasetVersion> MergeAsync(DatasetVersion source, DatasetCommitOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new DatasetMerge(_records, writer, files).MergeAsync(source, options ?? new DatasetCommitOptions(), cancellationToken);
    }

    public ValueTask<DatasetVersion> RollbackAsync(DatasetVersion to, DatasetCommitOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(to);
        return new DatasetMerge(_records, writer, files).RollbackAsync(to, options ?? new DatasetCommitOptions(), cancellationToken);
    }

    public ValueTask<DatasetDiff> DiffAsync(DatasetVersion from, DatasetVersion to, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        return new VersionDiff(files).RunAsync(from, to, cancellationToken);
    }

    public async IAsyncEnumerable<Dataset> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var dataset in _records.Datasets.QueryAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            DatasetRefDocument? head = null;
            var (tags, branches) = (new Dictionary<string, string>(StringComparer.Ordinal), new Dictionary<string, string>(StringComparer.Ordinal));
            await foreach (var found in _records.RefsAsync(dataset.Value.Name, cancellationToken).ConfigureAwait(false))
            {
                if (found.Value.Tag() is { } tag) tags.Add(tag, found.Value.Version);
                if (found.Value.Branch() is { } branch) branches.Add(branch, found.Value.Version);
                if (found.Value.Ref == DatasetRefDocument.MainHead) head = found.Value;
            }

            if (head is not null) yield return new Dataset { Name = dataset.Value.Name, Head = head.Version, Branches = branches, Tags = tags, UpdatedAt = head.UpdatedAt };
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

    public async IAsyncEnumerable<DatasetFile> FilesAsync(DatasetVersion version, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(version);
        await foreach (var entry in files.AllAsync(version, cancellationToken).ConfigureAwait(false)) yield return entry.ToFile();
    }

    public ValueTask<Stream> OpenAsync(DatasetVersion version, string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(version);
        Name.RequirePath(path, "file path");
        return files.OpenAsync(version, path, cancellationToken);
    }

    public ValueTask<DatasetRestoreReport> RestoreAsync(DatasetVersion version, string folder, DatasetRestoreOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(version);
        if (string.IsNullOrWhiteSpace(folder)) throw new MLOpsInvalidException("The folder to restore into is empty: give the path of a folder.");
        return new DatasetRestore(version, folder, options ?? new DatasetRestoreOptions(), files).RunAsync(cancellationToken);
    }
}
