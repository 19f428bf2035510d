namespace MLOps.Data.Upkeep;

/// <summary>Packs that were found unneeded, and since when: only what stays so for the grace is deleted.</summary>
sealed record SuspectsDocument
{
    public const string Id = "suspects";

    public IReadOnlyDictionary<string, DateTimeOffset> Packs { get; init; } = new Dictionary<string, DateTimeOffset>();
}
