namespace MLOps.Data;

/// <summary>An immutable version of a dataset: a set of files with a history.</summary>
public sealed record DatasetVersion
{
    /// <summary>Its identity: the digest of what it holds, where it came from and when, as 64 hexadecimal characters.</summary>
    public required string Id { get; init; }

    /// <summary>The dataset it belongs to.</summary>
    public required string Dataset { get; init; }

    /// <summary>The digest of its list of files: two versions with equal trees hold equal data.</summary>
    public required Digest Tree { get; init; }

    /// <summary>The versions it was made from, usually one; none for the first, two for a merge, the head of the branch first.</summary>
    public IReadOnlyList<string> Parents { get; init; } = [];

    /// <summary>How many files it holds.</summary>
    public long FileCount { get; init; }

    /// <summary>The sum of the files' lengths, in bytes.</summary>
    public long Length { get; init; }

    /// <summary>Why it was made.</summary>
    public string? Message { get; init; }

    /// <summary>Who made it.</summary>
    public required string Author { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>What it was derived from: other dataset versions, a run.</summary>
    public IReadOnlyList<EntityRef> Inputs { get; init; } = [];

    /// <summary>Where the data came from; null when nobody said.</summary>
    public DatasetSource? Source { get; init; }

    /// <summary>The version of the code that made it; null when nobody said.</summary>
    public string? CodeVersion { get; init; }

    /// <summary>True when a collection removed its files: nothing named it any more. Its record stays for history.</summary>
    public bool IsCollected { get; init; }

    /// <summary>Free facts.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>The first 12 characters of <see cref="Id"/>, for people.</summary>
    public string ShortId() => Id[..12];
}
