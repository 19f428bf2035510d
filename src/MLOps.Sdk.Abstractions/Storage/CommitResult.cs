namespace MLOps.Storage;

/// <summary>What a commit did.</summary>
/// <param name="Position">The position of the commit's last operation in the store's order.</param>
/// <param name="Versions">The version of each operation's record after the commit, in the order of the operations.</param>
public sealed record CommitResult(long Position, IReadOnlyList<long> Versions);
