using MLOps.Data.Trees;
using MLOps.Storage;

namespace MLOps.Data.Commits;

/// <summary>What a branch is to hold next.</summary>
/// <param name="Tree">Its files; null when the branch is to move to a version that exists.</param>
/// <param name="Parents">The versions it is made from.</param>
sealed record Proposal(TreeLink? Tree, IReadOnlyList<string> Parents)
{
    /// <summary>The version to move to when there is nothing to make.</summary>
    public DatasetVersion? Existing { get; init; }

    /// <summary>What must still hold when the branch moves.</summary>
    public IReadOnlyList<RecordCheck> Checks { get; init; } = [];
}
