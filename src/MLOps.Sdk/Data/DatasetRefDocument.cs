namespace MLOps.Data;

/// <summary>A name within a dataset that stands for a version and can be moved: a head or a tag.</summary>
sealed record DatasetRefDocument
{
    public const string MainHead = "heads/main";

    private const string TagPrefix = "tags/";
    private const string HeadPrefix = "heads/";

    public required string Dataset { get; init; }

    /// <summary><c>heads/…</c> or <c>tags/…</c>.</summary>
    public required string Ref { get; init; }

    public required string Version { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public static string TagRef(string tag) => TagPrefix + tag;

    public static string HeadRef(string branch) => HeadPrefix + branch;

    public static string IdOf(string dataset, string reference) => $"{dataset}/{reference}";

    /// <summary>The branch's name, or null for a tag.</summary>
    public string? Branch() => Ref.StartsWith(HeadPrefix, StringComparison.Ordinal) ? Ref[HeadPrefix.Length..] : null;

    /// <summary>The tag's name, or null for a head.</summary>
    public string? Tag() => Ref.StartsWith(TagPrefix, StringComparison.Ordinal) ? Ref[TagPrefix.Length..] : null;
}
