using MLOps.Data;

namespace MLOps.Cli.Documents;

internal sealed record DataListDocument(IReadOnlyList<DatasetItem> Datasets) : Document;

internal sealed record DatasetItem(string Name, string Head, IReadOnlyDictionary<string, string> Tags, long FileCount, long Length, DateTimeOffset UpdatedAt);

internal sealed record DataDocument(DatasetVersionItem Version, IReadOnlyList<string> Tags, IReadOnlyList<FileItem> Files, IReadOnlyList<DatasetVersionItem> Log) : Document;

internal sealed record DatasetVersionItem(
    string Id, string Dataset, string Tree, IReadOnlyList<string> Parents, long FileCount, long Length, string? Message, string Author,
    DateTimeOffset CreatedAt, IReadOnlyList<string> Inputs, IReadOnlyDictionary<string, string> Metadata)
{
    public static DatasetVersionItem Of(DatasetVersion version) => new(
        version.Id, version.Dataset, version.Tree.Hex, version.Parents, version.FileCount, version.Length, version.Message, version.Author,
        version.CreatedAt, [.. version.Inputs.Select(i => i.ToString())], version.Metadata);
}
