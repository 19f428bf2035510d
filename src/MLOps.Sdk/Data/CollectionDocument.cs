namespace MLOps.Data;

/// <summary>
/// The one record that collections and commits meet at: every commit of a version checks that it is as it was when the commit began to
/// rely on what is stored, and a collection changes it before it deletes.
/// </summary>
sealed record CollectionDocument
{
    public const string Id = "chunks";

    /// <summary>The names of the packs that are about to be deleted.</summary>
    public IReadOnlyList<string> Condemned { get; init; } = [];

    public required DateTimeOffset At { get; init; }
}
