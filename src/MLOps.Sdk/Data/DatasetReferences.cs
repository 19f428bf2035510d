namespace MLOps.Data;

/// <summary>Turns what people write, <c>bike@2011</c>, into a version.</summary>
sealed class DatasetReferences(DatasetRecords records)
{
    private const int ShortestId = 8;
    private const int Named = 10;

    public async ValueTask<DatasetVersion> ResolveAsync(string reference, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reference);
        cancellationToken.ThrowIfCancellationRequested();
        var at = reference.IndexOf('@', StringComparison.Ordinal);
        var dataset = Name.Require(at < 0 ? reference : reference[..at], "dataset name");
        return at < 0
            ? await HeadOrIdAsync(dataset, cancellationToken).ConfigureAwait(false)
            : await TagOrIdAsync(dataset, Name.Require(reference[(at + 1)..], "tag or version id"), cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<DatasetVersion> HeadOrIdAsync(string name, CancellationToken cancellationToken)
    {
        if (await records.RefAsync(name, DatasetRefDocument.MainHead, cancellationToken).ConfigureAwait(false) is { } head)
            return await records.NamedAsync(head.Value.Version, $"the head of dataset '{name}'", cancellationToken).ConfigureAwait(false);
        if (await ByIdAsync(name, null, cancellationToken).ConfigureAwait(false) is { } version) return version;
        throw await NoDatasetAsync(name, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<DatasetVersion> TagOrIdAsync(string dataset, string tagOrId, CancellationToken cancellationToken)
    {
        if (await records.RefAsync(dataset, DatasetRefDocument.TagRef(tagOrId), cancellationToken).ConfigureAwait(false) is { } tag)
            return await records.NamedAsync(tag.Value.Version, $"the tag '{dataset}@{tagOrId}'", cancellationToken).ConfigureAwait(false);
        if (await ByIdAsync(tagOrId, dataset, cancellationToken).ConfigureAwait(false) is { } version) return version;
        if (await records.Datasets.GetAsync(dataset, cancellationToken).ConfigureAwait(false) is null)
            throw await NoDatasetAsync(dataset, cancellationToken).ConfigureAwait(false);

        var tags = new List<string>();
        await foreach (var found in records.RefsAsync(dataset, cancellationToken).ConfigureAwait(false))
        {
            if (found.Value.Tag() is { } name) tags.Add(name);
            if (tags.Count > Named) break;
        }

        throw new MLOpsNotFoundException($"Dataset '{dataset}' has no tag '{Name.Shown(tagOrId)}', and no version whose id begins so. {Existing("Its tags are", tags, "It has no tags")}.");
    }

    private async ValueTask<DatasetVersion?> ByIdAsync(string id, string? dataset, CancellationToken cancellationToken)
    {
        if (id.Length is < ShortestId or > 64 || !id.All(char.IsAsciiHexDigit)) return null;
        var found = new List<DatasetVersion>();
        await foreach (var version in records.BeginningWithAsync(id.ToLowerInvariant(), dataset, cancellationToken).ConfigureAwait(false))
        {
            found.Add(version.Value);
            if (found.Count > 3) break;
        }

        if (found.Count <= 1) return found.FirstOrDefault();
        throw new MLOpsInvalidException($"'{id}' is the beginning of several version ids ({string.Join(", ", found.Select(v => $"{v.Dataset}@{v.Id[..Math.Min(64, id.Length + 4)]}"))}). Write more of it.");
    }

    private async ValueTask<MLOpsNotFoundException> NoDatasetAsync(string name, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        await foreach (var dataset in records.Datasets.QueryAsync(pageSize: Named + 1, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            names.Add(dataset.Value.Name);
            if (names.Count > Named) break;
        }

        return new($"There is no dataset '{Name.Shown(name)}', and no dataset version whose id begins so. {Existing("There are", names, "There are no datasets yet")}.");
    }

    private static string Existing(string intro, List<string> names, string none) =>
        names.Count == 0 ? none : $"{intro} {string.Join(", ", names.Take(Named).Select(n => $"'{n}'"))}{(names.Count > Named ? " and more" : "")}";
}
