namespace MLOps.Models;

/// <summary>
/// The stages that versions of a model go through, and which may follow which. For people and processes: what serves is decided by aliases.
/// <code>new ModelStages { First = ["draft"], Next = new() { ["draft"] = ["review"], ["review"] = ["draft", "accepted"] } }</code>
/// </summary>
public sealed record ModelStages
{
    /// <summary>The stages that a version without one may enter: plain names, at least one.</summary>
    public required IReadOnlyList<string> First { get; init; }

    /// <summary>The stages that may follow each stage; one that is no key is the last. At most 100 stages.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Next { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>The stages that may follow one.</summary>
    /// <param name="stage">A stage; null for a version that has none.</param>
    public IReadOnlyList<string> After(string? stage) => stage is null ? First : Next.TryGetValue(stage, out var next) ? next : [];
}
