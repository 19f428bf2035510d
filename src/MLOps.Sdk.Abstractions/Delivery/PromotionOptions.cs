using MLOps.Models;

namespace MLOps.Delivery;

/// <summary>How to promote a version.</summary>
public sealed record PromotionOptions
{
    /// <summary>The alias to move; <c>champion</c> by default.</summary>
    public string Alias { get; init; } = "champion";

    /// <summary>All must pass. None means none is asked.</summary>
    public IReadOnlyList<IGate> Gates { get; init; } = [];

    /// <summary>Why; at most 4,000 characters.</summary>
    public string? Reason { get; init; }

    /// <summary>Moves the alias against its policy; see <see cref="AliasMoveOptions.Override"/>. The gates asked for here must pass all the same.</summary>
    public bool Override { get; init; }
}
