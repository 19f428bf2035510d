using MLOps.Data;

namespace MLOps.Cli.Documents;

internal sealed record DataListDocument(IReadOnlyList<DatasetItem> Datasets) : Document;

internal sealed record DatasetItem(string Name, string Head, IReadOnlyDictionary<string, string> Tags, long FileCount, long Length, DateTimeOffset UpdatedAt);

internal sealed record DataDocument(DatasetVersionItem Version, IReadOnlyList<string> Tags, IReadOnlyList<FileItem> Files, IReadOnlyList<DatasetVersionItem> Log) : Document;

internal sealed record DatasetVersionItem(
    string Id, string Dataset, string Tree, IReadOnlyList<string> Parents, long FileCount, long Length, string? Message, string Author,
    DateTimeOffset CreatedAt, IReadOnlyList<string> Inputs, IReadOnlyDictionary<string, string> Metadata)
{
    public string? CodeVersion { get; init; }

    public DatasetSourceItem? Source { get; init; }

    public static DatasetVersionItem Of(DatasetVersion version) => new(
        version.Id, version.Dataset, version.Tree.Hex, version.Parents, version.FileCount, version.Length, version.Message, version.Author,
        version.CreatedAt, [.. version.Inputs.Select(i => i.ToString())], version.Metadata)
    {
        CodeVersion = version.CodeVersion,
        Source = version.Source is { } source ? new(source.Origin, source.Query, source.Licence, source.RetrievedAt) : null,
    };
}

internal sealed record DatasetSourceItem(string Origin, string? Query, string? Licence, DateTimeOffset? RetrievedAt);

/// <summary>A commit, a merge or a rollback; of a dry run the version is the head, or null.</summary>
internal sealed record DataCommitDocument(DatasetVersionItem? Version, bool Changed, bool Done) : Document
{
    public IReadOnlyList<string> Added { get; init; } = [];

    public IReadOnlyList<string> Modified { get; init; } = [];

    public IReadOnlyList<string> Removed { get; init; } = [];
}

internal sealed record DataLogDocument(IReadOnlyList<DatasetVersionItem> Versions, bool More) : Document;

internal sealed record DataDiffDocument(
    string From, string To, IReadOnlyList<FileItem> Added, IReadOnlyList<ModificationItem> Modified, IReadOnlyList<FileItem> Removed, IReadOnlyList<RenameItem> Renamed) : Document;

internal sealed record ModificationItem(string Path, long LengthBefore, long Length, long ReusedBytes, long NewBytes);

internal sealed record RenameItem(string From, string To);

internal sealed record RowDiffDocument(string From, string To, string Path, long Added, long Removed, long Changed, IReadOnlyList<RowItem> Rows, bool More) : Document;

internal sealed record RowItem(string Kind, IReadOnlyList<string> Key, long? BeforeRow, long? AfterRow, IReadOnlyList<CellItem> Cells);

internal sealed record CellItem(string Column, string? Before, string? After);

internal sealed record DataNamesDocument(string Dataset, IReadOnlyDictionary<string, string> Names) : Document;

internal sealed record DataRestoreDocument(string Version, string Folder, IReadOnlyList<string> Added, IReadOnlyList<string> Replaced, IReadOnlyList<string> Removed, long Unchanged, long Bytes, bool Done) : Document;

internal sealed record DataVerifyDocument(bool Sound, int Versions, int Packs, long BytesRead, IReadOnlyList<DatasetDamage> Damages, IReadOnlyList<string> DamagedPacks) : Document;

internal sealed record DataRepairDocument(int Repaired, bool Sound, IReadOnlyList<DatasetDamage> Damages, IReadOnlyList<string> DamagedPacks) : Document;

internal sealed record CollectionDocument(
    bool Done, int Packs, long Bytes, int UnneededPacks, int SparsePacks, long UnneededBytes, IReadOnlyList<string> UnneededVersions,
    int DeletedPacks, long FreedBytes, int WaitingPacks, int SparedPacks, IReadOnlyList<string> CollectedVersions) : Document;

internal sealed record TransferDocument(string From, string To, IReadOnlyList<string> Datasets, int Versions, int Chunks, long Bytes, bool Done) : Document;
