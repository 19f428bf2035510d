using System.Globalization;

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
        if (at < 0) return await HeadOrIdAsync(dataset, cancellationToken).ConfigureAwait(false);
        // A time of day has ':', which no name has.
        return reference.Contains(':', StringComparison.Ordinal) && Time(reference[(at + 1)..]) is { } time
            ? await AtAsync(dataset, time, cancellationToken).ConfigureAwait(false)
            : await NameOrIdAsync(dataset, Name.Require(reference[(at + 1)..], "tag, branch or version id"), cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<DatasetVersion> HeadOrIdAsync(string name, CancellationToken cancellationToken)
    {
        if (await records.RefAsync(name, DatasetRefDocument.MainHead, cancellationToken).ConfigureAwait(false) is { } head)
            return await records.NamedAsync(head.Value.Version, $"the head of dataset '{name}'", cancellationToken).ConfigureAwait(false);
        if (await ByIdAsync(name, null, cancellationToken).ConfigureAwait(false) is { } version) return version;
        throw await NoDatasetAsync(name, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>ISO 8601, in UTC unless it says otherwise; a day means its end.</summary>
    private static DateTimeOffset? Time(string text)
    {
        const DateTimeStyles Style = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (DateTimeOffset.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, Style, out var day)) return day.AddDays(1).AddTicks(-1);
        return DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"], CultureInfo.InvariantCulture, Style, out var time) ? time : null;
    }

    /// <summary>What main held at a time: the newest version on its line that is not younger.</summary>
    private async ValueTask<DatasetVersion> AtAsync(string dataset, DateTimeOffset time, CancellationToken cancellationToken)
    {
        var head = await records.RefAsync(dataset, DatasetRefDocument.MainHead, cancellationToken).ConfigureAwait(false) ?? throw await NoDatasetAsync(dataset, cancellationToken).ConfigureAwait(false);
        var version = await records.NamedAsync(head.Value.Version, $"the head of dataset '{dataset}'", cancellationToken).ConfigureAwait(false);
        while (version.CreatedAt > time)
        {
            if (version.Parents is not [var parent, ..])
                throw new MLOpsNotFoundException(string.Create(CultureInfo.InvariantCulture, $"Dataset '{dataset}' had no version at {time:O}: its first was made at {version.CreatedAt:O}."));
            version = await records.NamedAsync(parent, $"the version {version.Id}", cancellationToken).ConfigureAwait(false);
        }

        return version;
    }

    private async ValueTask<DatasetVersion> NameOrIdAsync(string dataset, string nameOrId, CancellationToken cancellationToken)
    {
        if (await records.RefAsync(dataset, DatasetRefDocument.TagRef(nameOrId), cancellationToken).ConfigureAwait(false) is { } tag)
            return await records.NamedAsync(tag.Value.Version, $"the tag '{dataset}@{nameOrId}'", cancellationToken).ConfigureAwait(false);
        if (await records.RefAsync(dataset, DatasetRefDocument.HeadRef(nameOrId), cancellationToken).ConfigureAwait(false) is { } branch)
            return await records.NamedAsync(branch.Value.Version, $"the head of branch '{nameOrId}' of dataset '{dataset}'", cancellationToken).ConfigureAwait(false);
        if (await ByIdAsync(nameOrId, dataset, cancellationToken).ConfigureAwait(false) is { } version) return version;
        if (Time(nameOrId) is { } day) return await AtAsync(dataset, day, cancellationToken).ConfigureAwait(false);
        if (await records.Datasets.GetAsync(dataset, cancellationToken).ConfigureAwait(false) is null)
            throw await NoDatasetAsync(dataset, cancellationToken).ConfigureAwait(false);

        var (tags, branches) = (new List<string>(), new List<string>());
        await foreach (var found in records.RefsAsync(dataset, cancellationToken).ConfigureAwait(false))
        {
            if (found.Value.Tag() is { } name) tags.Add(name);
            if (found.Value.Branch() is { } line) branches.Add(line);
        }

        throw new MLOpsNotFoundException(
            $"Dataset '{dataset}' has no tag or branch '{Name.Shown(nameOrId)}', and no version whose id begins so. {Existing("Its tags are", tags, "It has no tags")}. {Existing("Its branches are", branches, "It has no branches")}.");
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
