using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Data;

/// <summary>
/// Commits: the bytes and the list of files first, then one record commit with the version, its lineage, its pin and the
/// head, which expects the head that was built upon.
/// </summary>
sealed class DatasetCommit(DatasetRecords records, RecordWriter writer, ContentStore content)
{
    private const int MaxMessage = 4000;

    public async ValueTask<DatasetVersion> CommitAsync(string dataset, DatasetChange change, DatasetCommitOptions options, CancellationToken cancellationToken)
    {
        Check(dataset, options);
        cancellationToken.ThrowIfCancellationRequested();
        // A head that moved already is told before a terabyte is read.
        RequireExpected(dataset, await HeadAsync(dataset, cancellationToken).ConfigureAwait(false), options);
        var edits = await new DatasetIntake(content, options.Progress).StoreAsync(change, cancellationToken).ConfigureAwait(false);
        while (true)
        {
            var head = await HeadAsync(dataset, cancellationToken).ConfigureAwait(false);
            RequireExpected(dataset, head, options);
            var parent = head is null ? null : await records.NamedAsync(head.Value.Version, $"the head of dataset '{dataset}'", cancellationToken).ConfigureAwait(false);
            var files = await FilesAsync(dataset, change, edits, parent, cancellationToken).ConfigureAwait(false);
            var tree = await DatasetTree.WriteAsync(content, files, cancellationToken).ConfigureAwait(false);
            if (parent is not null && parent.Tree == tree) return parent;
            var version = Version(dataset, tree, files, parent, options);
            try
            {
                await writer.CommitAsync(await OperationsAsync(version, head, cancellationToken).ConfigureAwait(false), options.Message, cancellationToken).ConfigureAwait(false);
                return version;
            }
            catch (MLOpsConflictException)
            {
                // Somebody's commit came in between. Each such loss is another's success, so this ends; when the head did not
                // move the conflict has another cause, and repeating would not.
                var now = await HeadAsync(dataset, cancellationToken).ConfigureAwait(false);
                if (now?.Version == head?.Version) throw;
            }
        }
    }

    private ValueTask<Stored<DatasetRefDocument>?> HeadAsync(string dataset, CancellationToken cancellationToken) =>
        records.RefAsync(dataset, DatasetRefDocument.MainHead, cancellationToken);

    private static void RequireExpected(string dataset, Stored<DatasetRefDocument>? head, DatasetCommitOptions options)
    {
        if (options.ExpectedHead is not { } expected || expected == (head?.Value.Version ?? string.Empty)) return;
        var wanted = expected.Length == 0 ? "the dataset was expected not to exist" : $"its head was expected to be {Name.Shown(expected)}";
        throw new MLOpsConflictException(
            $"Dataset '{dataset}' was not changed: {wanted}, and {(head is null ? "it does not exist" : $"its head is {head.Value.Version}")}. Resolve it again and decide.",
            [$"dataset-refs/{DatasetRefDocument.IdOf(dataset, DatasetRefDocument.MainHead)}"]);
    }

    private async ValueTask<IReadOnlyCollection<DatasetFile>> FilesAsync(
        string dataset, DatasetChange change, IReadOnlyList<(string Path, DatasetFile? File)> edits, DatasetVersion? parent, CancellationToken cancellationToken)
    {
        var files = new Dictionary<string, DatasetFile>(StringComparer.Ordinal);
        if (!change.Replace && parent is not null)
            await foreach (var file in DatasetTree.ReadAsync(content, parent.Tree, cancellationToken).ConfigureAwait(false)) files.Add(file.Path, file);
        foreach (var (path, file) in edits)
        {
            if (file is not null) files[path] = file;
            else if (!files.Remove(path)) throw new MLOpsNotFoundException($"The file '{path}' cannot be removed from dataset '{dataset}': there is none. {FileNames.Some(files.Keys)}");
        }

        foreach (var path in files.Keys)
            for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = path.IndexOf('/', slash + 1))
                if (files.ContainsKey(path[..slash]))
                    throw new MLOpsInvalidException($"'{path[..slash]}' is a file and the folder of '{path}' at once, which no file system can restore. Remove one of them.");
        return files.Values;
    }

    private DatasetVersion Version(string dataset, Digest tree, IReadOnlyCollection<DatasetFile> files, DatasetVersion? parent, DatasetCommitOptions options)
    {
        var version = new DatasetVersion
        {
            Id = string.Empty,
            Dataset = dataset,
            Tree = tree,
            Parents = parent is null ? [] : [parent.Id],
            FileCount = files.Count,
            Length = files.Sum(f => f.Length),
            Message = options.Message,
            Author = writer.Actor,
            CreatedAt = writer.Now,
            Inputs = [.. options.Inputs.Distinct()],
            Metadata = new Dictionary<string, string>(options.Metadata),
        };
        return version with { Id = DatasetVersionId.Of(version) };
    }

    private async ValueTask<List<RecordOperation>> OperationsAsync(DatasetVersion version, Stored<DatasetRefDocument>? head, CancellationToken cancellationToken)
    {
        var moved = new DatasetRefDocument { Dataset = version.Dataset, Ref = DatasetRefDocument.MainHead, Version = version.Id, UpdatedAt = version.CreatedAt };
        List<RecordOperation> operations =
        [
            records.Versions.Put(version, RecordOperation.Absent),
            head is null ? records.Refs.Put(moved, RecordOperation.Absent) : records.Refs.Put(head, moved),
            Pin.Of(ContentStore.Key(version.Tree), EntityRef.Dataset(version.Id)),
        ];
        if (head is null && await records.Datasets.GetAsync(version.Dataset, cancellationToken).ConfigureAwait(false) is null)
            operations.Add(records.Datasets.Put(new DatasetDocument { Name = version.Dataset, CreatedAt = version.CreatedAt }, RecordOperation.Absent));
        operations.AddRange(version.Inputs.Select(input => LineageEdge.Of(input, EntityRef.Dataset(version.Id), "derived into", version.CreatedAt)));
        return operations;
    }

    private void Check(string dataset, DatasetCommitOptions options)
    {
        Name.Require(dataset, "dataset name");
        records.Refs.Key(DatasetRefDocument.IdOf(dataset, DatasetRefDocument.MainHead)).Require();
        if (options.Message is { Length: > MaxMessage }) throw new MLOpsInvalidException($"The message has {options.Message.Length} characters; at most {MaxMessage} are allowed.");
        if (options.Message is not null) FieldValue.RequireText(options.Message, "message");
        foreach (var input in options.Inputs)
        {
            Name.Require(input.Kind, "kind of input");
            if (string.IsNullOrEmpty(input.Id) || input.Id.Length > Name.MaxPathLength) throw new MLOpsInvalidException($"An input of kind '{input.Kind}' must have an id of 1 to {Name.MaxPathLength} characters.");
            FieldValue.RequireText(input.Id, "input id");
        }

        foreach (var (key, value) in options.Metadata)
        {
            Name.RequirePath(key, "metadata name");
            FieldValue.RequireText(value, $"metadata '{key}'");
        }
    }
}
