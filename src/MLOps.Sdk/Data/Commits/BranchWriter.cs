using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Data.Commits;

/// <summary>
/// Moves branches: the bytes and the tree first, then one record commit with the version, its lineage and the branch, which
/// expects the head that was built upon. When another's commit came first it asks again, on the new head.
/// </summary>
sealed class BranchWriter(DatasetRecords records, RecordWriter writer, DatasetFiles files)
{
    private const int MaxMessage = 4000, MaxText = 4000;

    public async ValueTask<DatasetVersion> AdvanceAsync(
        string dataset, DatasetCommitOptions options, Func<CommitSession, DatasetVersion?, CancellationToken, ValueTask<Proposal>> propose, CancellationToken cancellationToken)
    {
        Check(dataset, options);
        cancellationToken.ThrowIfCancellationRequested();
        // A head that moved already is told before a terabyte is read.
        await HeadAsync(dataset, options, cancellationToken).ConfigureAwait(false);
        while (true)
        {
            var session = await CommitSession.BeginAsync(records, files, cancellationToken).ConfigureAwait(false);
            await using (session.ConfigureAwait(false))
                if (await AdvanceAsync(session, dataset, options, propose, cancellationToken).ConfigureAwait(false) is { } version) return version;
        }
    }

    /// <summary>Null when a collection came in between: what was found to be stored may be gone.</summary>
    private async ValueTask<DatasetVersion?> AdvanceAsync(
        CommitSession session, string dataset, DatasetCommitOptions options, Func<CommitSession, DatasetVersion?, CancellationToken, ValueTask<Proposal>> propose, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (head, parent) = await HeadAsync(dataset, options, cancellationToken).ConfigureAwait(false);
            var proposal = await propose(session, parent, cancellationToken).ConfigureAwait(false);
            var version = proposal.Existing ?? Version(dataset, proposal, options);
            if (parent is not null && (parent.Id == version.Id || (proposal.Existing is null && parent.Tree == version.Tree && proposal.Parents.Count == 1)))
            {
                await session.Writer.FlushAsync(cancellationToken).ConfigureAwait(false);
                foreach (var action in session.Then) action();
                return parent;
            }

            await session.Writer.FlushAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                var operations = await OperationsAsync(version, head, options.Branch, proposal, session, cancellationToken).ConfigureAwait(false);
                await writer.CommitAsync(operations, options.Message, cancellationToken).ConfigureAwait(false);
                foreach (var action in session.Then) action();
                return version;
            }
            catch (MLOpsConflictException error)
            {
                // Somebody's commit came in between. Each such loss is another's success, so this ends; when neither head nor epoch
                // moved the conflict has another cause, and repeating would not. A collection that shuts or opens the door of a version
                // which the commit names or makes again is such a success: the commit looks at the version anew.
                if ((await CollectionEpoch.ReadAsync(records, cancellationToken).ConfigureAwait(false)).Version != session.Epoch.Version) return null;
                var now = await records.RefAsync(dataset, DatasetRefDocument.HeadRef(options.Branch), cancellationToken).ConfigureAwait(false);
                if (now?.Version == head?.Version && !error.Subjects.All(s => s.StartsWith(Collections.DatasetVersions + "/", StringComparison.Ordinal))) throw;
            }
        }
    }

    private async ValueTask<(Stored<DatasetRefDocument>? Ref, DatasetVersion? Version)> HeadAsync(string dataset, DatasetCommitOptions options, CancellationToken cancellationToken)
    {
        var reference = DatasetRefDocument.HeadRef(options.Branch);
        var head = await records.RefAsync(dataset, reference, cancellationToken).ConfigureAwait(false);
        if (options.ExpectedHead is { } expected && expected != (head?.Value.Version ?? string.Empty))
        {
            var wanted = expected.Length == 0 ? "it was expected not to exist" : $"its head was expected to be {Name.Shown(expected)}";
            throw new MLOpsConflictException(
                $"Branch '{options.Branch}' of dataset '{dataset}' was not changed: {wanted}, and {(head is null ? "it does not exist" : $"its head is {head.Value.Version}")}. Resolve it again and decide.",
                [$"{Collections.DatasetRefs}/{DatasetRefDocument.IdOf(dataset, reference)}"]);
        }

        if (head is null && reference != DatasetRefDocument.MainHead)
            throw new MLOpsNotFoundException($"Dataset '{dataset}' has no branch '{options.Branch}'. Make it with BranchAsync, or commit to 'main'.");
        return (head, head is null ? null : await records.NamedAsync(head.Value.Version, $"the head of branch '{options.Branch}' of dataset '{dataset}'", cancellationToken).ConfigureAwait(false));
    }

    private DatasetVersion Version(string dataset, Proposal proposal, DatasetCommitOptions options)
    {
        var tree = proposal.Tree!.Value;
        var version = new DatasetVersion
        {
            Id = string.Empty,
            Dataset = dataset,
            Tree = tree.Id.ToDigest(),
            Parents = proposal.Parents,
            FileCount = tree.Files,
            Length = tree.Bytes,
            Message = options.Message,
            Author = writer.Actor,
            CreatedAt = writer.Now,
            Inputs = [.. options.Inputs.Distinct()],
            Source = options.Source,
            CodeVersion = options.CodeVersion,
            Metadata = new Dictionary<string, string>(options.Metadata),
        };
        return version with { Id = DatasetVersionId.Of(version) };
    }

    private async ValueTask<List<RecordOperation>> OperationsAsync(
        DatasetVersion version, Stored<DatasetRefDocument>? head, string branch, Proposal proposal, CommitSession session, CancellationToken cancellationToken)
    {
        var moved = new DatasetRefDocument { Dataset = version.Dataset, Ref = DatasetRefDocument.HeadRef(branch), Version = version.Id, UpdatedAt = writer.Now };
        List<RecordOperation> operations =
        [
            head is null ? records.Refs.Put(moved, RecordOperation.Absent) : records.Refs.Put(head, moved),
            session.Epoch.Unchanged(records),
        ];
        operations.AddRange(proposal.Checks.Where(c => c.Key.Id != version.Id || proposal.Existing is not null));
        if (proposal.Existing is null)
        {
            // The same commit on another branch within the same millisecond is the same version, even if it was collected since.
            var twin = await records.Versions.GetAsync(version.Id, cancellationToken).ConfigureAwait(false);
            operations.Add(twin switch
            {
                null => records.Versions.Put(version, RecordOperation.Absent),
                { Value.IsCollected: true } => records.Versions.Put(twin, version),
                _ => new RecordCheck(records.Versions.Key(version.Id), twin.Version),
            });
            operations.AddRange(version.Inputs.Select(input => LineageEdge.Of(input, EntityRef.Dataset(version.Id), "derived into", version.CreatedAt)));
        }

        if (head is null && await records.Datasets.GetAsync(version.Dataset, cancellationToken).ConfigureAwait(false) is null)
            operations.Add(records.Datasets.Put(new DatasetDocument { Name = version.Dataset, CreatedAt = version.CreatedAt }, RecordOperation.Absent));
        return operations;
    }

    private void Check(string dataset, DatasetCommitOptions options)
    {
        Name.Require(dataset, "dataset name");
        Name.Require(options.Branch, "branch");
        records.Refs.Key(DatasetRefDocument.IdOf(dataset, DatasetRefDocument.HeadRef(options.Branch))).Require();
        RequireText(options.Message, "message", MaxMessage);
        RequireText(options.CodeVersion, "code version", MaxText);
        RequireText(options.Source?.Origin, "source's origin", MaxText);
        RequireText(options.Source?.Query, "source's query", MaxText);
        RequireText(options.Source?.Licence, "source's licence", MaxText);
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

    private static void RequireText(string? text, string what, int most)
    {
        if (text is null) return;
        if (text.Length > most) throw new MLOpsInvalidException($"The {what} has {text.Length} characters; at most {most} are allowed.");
        FieldValue.RequireText(text, what);
    }
}
