using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Data;

/// <summary>Sets and removes the names of versions: tags, and branches when they are not committed to.</summary>
sealed class DatasetNames(DatasetRecords records, RecordWriter writer)
{
    public async ValueTask SetAsync(DatasetVersion version, string reference, string what, bool move, CancellationToken cancellationToken)
    {
        records.Refs.Key(DatasetRefDocument.IdOf(version.Dataset, reference)).Require();
        while (true)
        {
            var known = await records.KnownAsync(version, cancellationToken).ConfigureAwait(false);
            DatasetFiles.RootOf(known.Value);
            var before = await records.RefAsync(version.Dataset, reference, cancellationToken).ConfigureAwait(false);
            if (before?.Value.Version == version.Id) return;
            if (before is not null && !move)
                throw new MLOpsConflictException($"{what} names the version {before.Value.Version}. A name stays where it was put: choose another, or say that it is to be moved.", [records.Refs.Key(DatasetRefDocument.IdOf(version.Dataset, reference)).ToString()]);
            var after = new DatasetRefDocument { Dataset = version.Dataset, Ref = reference, Version = version.Id, UpdatedAt = writer.Now };
            try
            {
                await writer.CommitAsync(
                    [
                        before is null ? records.Refs.Put(after, RecordOperation.Absent) : records.Refs.Put(before, after),
                        // A version that is collected meanwhile must not get a name.
                        new RecordCheck(records.Versions.Key(version.Id), known.Version),
                    ],
                    $"name {version.Dataset}/{reference}", cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (MLOpsConflictException)
            {
                // Another's name came first: look at what it says and decide anew. When neither it nor the version changed, repeating would not help.
                var now = await records.RefAsync(version.Dataset, reference, cancellationToken).ConfigureAwait(false);
                if (now?.Version == before?.Version && (await records.KnownAsync(version, cancellationToken).ConfigureAwait(false)).Version == known.Version) throw;
            }
        }
    }

    public async ValueTask ForgetAsync(string dataset, string name, CancellationToken cancellationToken)
    {
        foreach (var reference in new[] { DatasetRefDocument.TagRef(name), DatasetRefDocument.HeadRef(name) })
        {
            if (await records.RefAsync(dataset, reference, cancellationToken).ConfigureAwait(false) is not { } found) continue;
            if (reference == DatasetRefDocument.MainHead) throw new MLOpsInvalidException($"The branch 'main' of dataset '{dataset}' cannot be removed: it is what the dataset's name stands for. Move it instead.");
            await writer.CommitAsync([new RecordDelete(records.Refs.Key(DatasetRefDocument.IdOf(dataset, reference)), found.Version)], $"forget {dataset}@{name}", cancellationToken).ConfigureAwait(false);
            return;
        }

        throw new MLOpsNotFoundException($"Dataset '{Name.Shown(dataset)}' has no tag and no branch '{Name.Shown(name)}'.");
    }
}
