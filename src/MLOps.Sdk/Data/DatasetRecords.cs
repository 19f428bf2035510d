using MLOps.Data.Upkeep;
using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Data;

/// <summary>The collections of this room.</summary>
sealed class DatasetRecords(IRecordStore store)
{
    private const string DatasetField = "dataset";

    public RecordCollection<DatasetDocument> Datasets { get; } = new(store, Collections.Datasets, DataJson.Default.DatasetDocument, d => d.Name,
        (d, fields) => fields["created"] = FieldValue.Of(d.CreatedAt));

    public RecordCollection<DatasetVersion> Versions { get; } = new(store, Collections.DatasetVersions, DataJson.Default.DatasetVersion, v => v.Id,
        (v, fields) =>
        {
            fields[DatasetField] = v.Dataset;
            fields["created"] = FieldValue.Of(v.CreatedAt);
            fields["tree"] = v.Tree.Hex;
        },
        v => v with { Parents = v.Parents ?? [], Inputs = v.Inputs ?? [], Metadata = v.Metadata ?? new Dictionary<string, string>() });

    public RecordCollection<DatasetRefDocument> Refs { get; } = new(store, Collections.DatasetRefs, DataJson.Default.DatasetRefDocument, r => DatasetRefDocument.IdOf(r.Dataset, r.Ref),
        (r, fields) =>
        {
            fields[DatasetField] = r.Dataset;
            fields["version"] = r.Version;
        });

    public RecordCollection<CollectionDocument> Epochs { get; } = new(store, Collections.DataCollections, DataJson.Default.CollectionDocument, _ => CollectionDocument.Id,
        complete: c => c with { Condemned = c.Condemned ?? [] });

    public RecordCollection<SuspectsDocument> Suspects { get; } = new(store, Collections.DataCollections, DataJson.Default.SuspectsDocument, _ => SuspectsDocument.Id,
        complete: s => s with { Packs = s.Packs ?? new Dictionary<string, DateTimeOffset>() });

    public ValueTask<Stored<DatasetRefDocument>?> RefAsync(string dataset, string reference, CancellationToken cancellationToken) =>
        Refs.GetAsync(DatasetRefDocument.IdOf(dataset, reference), cancellationToken);

    /// <summary>All refs of a dataset, heads before tags.</summary>
    public IAsyncEnumerable<Stored<DatasetRefDocument>> RefsAsync(string dataset, CancellationToken cancellationToken) =>
        Refs.QueryAsync(Filter.Equal(DatasetField, dataset), cancellationToken: cancellationToken);

    /// <summary>A version that a ref or another version names: when it is gone, the store is damaged.</summary>
    public async ValueTask<DatasetVersion> NamedAsync(string id, string namedBy, CancellationToken cancellationToken) =>
        (await Versions.GetAsync(id, cancellationToken).ConfigureAwait(false))?.Value
        ?? throw new MLOpsIntegrityException($"The dataset version {id} is named by {Name.Shown(namedBy)} and its record is missing. Restore the records from a backup.", Versions.Key(id).ToString());

    /// <summary>A version that a caller has, as the store has it.</summary>
    public async ValueTask<Stored<DatasetVersion>> KnownAsync(DatasetVersion version, CancellationToken cancellationToken)
    {
        var known = await Versions.GetAsync(version.Id, cancellationToken).ConfigureAwait(false);
        return known is not null && known.Value.Dataset == version.Dataset
            ? known
            : throw new MLOpsNotFoundException($"Dataset '{Name.Shown(version.Dataset)}' has no version {Name.Shown(version.Id)} in this store. Commit it here first.");
    }

    /// <summary>The versions whose id begins with some hexadecimal characters, at most a few.</summary>
    public IAsyncEnumerable<Stored<DatasetVersion>> BeginningWithAsync(string prefix, string? dataset, CancellationToken cancellationToken)
    {
        // Ids are lower-case hexadecimal and 'g' is the character after 'f': a range, which an index answers, instead of LIKE.
        List<Filter> filters = [Filter.AtLeast(RecordQuery.Id, prefix), Filter.Less(RecordQuery.Id, prefix + "g")];
        if (dataset is not null) filters.Add(Filter.Equal(DatasetField, dataset));
        return Versions.QueryAsync(Filter.And(filters), pageSize: 10, cancellationToken: cancellationToken);
    }
}
