using MLOps.Models;

namespace MLOps.Delivery;

/// <summary>A card that was made of a version: one document for people as Markdown and as a page, made from facts and from what people said.</summary>
public sealed record ModelCard
{
    /// <summary>The model.</summary>
    public required string Model { get; init; }

    /// <summary>The version.</summary>
    public required int Number { get; init; }

    /// <summary>The digest of the version's content.</summary>
    public required Digest Digest { get; init; }

    /// <summary>Counts the version's cards from 1: a card never changes, facts that changed give another.</summary>
    public required int Revision { get; init; }

    /// <summary>What people said.</summary>
    public CardNotes Notes { get; init; } = new();

    /// <summary>The stored Markdown and page: <c>card.md</c>, <c>card.html</c>.</summary>
    public IReadOnlyList<ModelFile> Files { get; init; } = [];

    /// <summary>Who had it made.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
