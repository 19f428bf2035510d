using MLOps.Storage;

namespace MLOps.Records;

/// <summary>
/// Commits that come at once, in one commit: for a room whose commits are many, small and apart from each other, and whose collections
/// carry no audit. Each caller is answered as if it had been alone.
/// </summary>
internal sealed class GroupedCommits
{
    private const int MostOperations = 5_000;

    private readonly Grouping<(IReadOnlyList<RecordOperation> Operations, string? Reason), CommitResult> _grouping;

    public GroupedCommits(RecordWriter writer) => _grouping = new(
        (one, token) => writer.CommitAsync(one.Operations, one.Reason, token),
        async all =>
        {
            var done = await writer.CommitAsync([.. all.SelectMany(a => a.Operations)], all[0].Reason, CancellationToken.None).ConfigureAwait(false);
            var results = new List<CommitResult>(all.Count);
            var at = 0;
            foreach (var (operations, _) in all)
            {
                var versions = new long[operations.Count];
                for (var i = 0; i < versions.Length; i++) versions[i] = done.Versions[at++];
                results.Add(new CommitResult(done.Position, versions));
            }

            return results;
        },
        Join, error => error is MLOpsConflictException or MLOpsInvalidException);

    /// <exception cref="MLOpsConflictException">An expected version does not hold.</exception>
    public ValueTask<CommitResult> CommitAsync(IReadOnlyList<RecordOperation> operations, string? reason, CancellationToken cancellationToken) =>
        _grouping.DoAsync((operations, reason), cancellationToken);

    private static bool Join((IReadOnlyList<RecordOperation> Operations, string? Reason) one, HashSet<object> keys)
    {
        if (keys.Count + one.Operations.Count > MostOperations && keys.Count > 0 || one.Operations.Any(o => keys.Contains(o.Key))) return false;
        foreach (var operation in one.Operations) keys.Add(operation.Key);
        return true;
    }
}
