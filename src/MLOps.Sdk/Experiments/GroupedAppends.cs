using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Experiments;

/// <summary>Appends of several runs that come at once, in one transaction.</summary>
sealed class GroupedAppends
{
    private const int MostBlocks = 10_000;

    private readonly Grouping<IReadOnlyList<StreamAppend>, bool> _grouping;

    public GroupedAppends(IStreamStore streams) => _grouping = new(
        async (one, token) =>
        {
            await streams.AppendAsync(one, token).ConfigureAwait(false);
            return true;
        },
        async all =>
        {
            await streams.AppendAsync([.. all.SelectMany(a => a)], CancellationToken.None).ConfigureAwait(false);
            return [.. all.Select(_ => true)];
        },
        Join, error => error is MLOpsConflictException or MLOpsInvalidException);

    /// <exception cref="MLOpsConflictException">A position is neither next nor a replay.</exception>
    public async ValueTask AppendAsync(IReadOnlyList<StreamAppend> appends, CancellationToken cancellationToken) =>
        await _grouping.DoAsync(appends, cancellationToken).ConfigureAwait(false);

    private static bool Join(IReadOnlyList<StreamAppend> one, HashSet<object> streams)
    {
        if (streams.Count + one.Count > MostBlocks && streams.Count > 0 || one.Any(a => streams.Contains(a.Stream))) return false;
        foreach (var append in one) streams.Add(append.Stream);
        return true;
    }
}
