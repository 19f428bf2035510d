using MLOps.Experiments;
using MLOps.Storage;

namespace MLOps.Cli.Lookup;

/// <summary>Finds a run by its id or the beginning of it.</summary>
internal static class RunLookup
{
    public const int ShortestPrefix = 4;

    public static async Task<Run> FindAsync(MLOpsClient store, string id, CancellationToken cancellationToken) =>
        await TryFindAsync(store, id, cancellationToken).ConfigureAwait(false) is { } run
            ? await store.Experiments.GetRunAsync(run, cancellationToken).ConfigureAwait(false)
            : throw new MLOpsNotFoundException($"No run's id begins with '{Name.Shown(id)}'.{await RecentAsync(store, cancellationToken).ConfigureAwait(false)}");

    /// <summary>The whole id; null when no run's id begins so.</summary>
    /// <exception cref="MLOpsInvalidException">Several do; the message names them.</exception>
    public static async Task<string?> TryFindAsync(MLOpsClient store, string prefix, CancellationToken cancellationToken)
    {
        if (prefix.Length is < ShortestPrefix or > 32 || !prefix.All(char.IsAsciiHexDigit)) return null;
        prefix = prefix.ToLowerInvariant();
        // 'g' follows every hexadecimal digit.
        var query = new RecordQuery("runs")
        {
            Filter = Filter.And(Filter.AtLeast(RecordQuery.Id, prefix), Filter.Less(RecordQuery.Id, prefix + "g")),
            OrderBy = RecordQuery.Id,
            Size = 6,
        };
        var ids = (await store.Services.Get<IRecordStore>().QueryAsync(query, cancellationToken).ConfigureAwait(false)).Records.Select(r => r.Key.Id).ToList();
        return ids.Count <= 1
            ? ids.SingleOrDefault()
            : throw new MLOpsInvalidException($"Several runs' ids begin with '{prefix}': {string.Join(", ", ids.Take(5))}{(ids.Count > 5 ? ", …" : "")}. Give more of the id.");
    }

    private static async Task<string> RecentAsync(MLOpsClient store, CancellationToken cancellationToken)
    {
        var recent = new List<string>();
        await foreach (var run in store.Experiments.QueryRunsAsync(new RunQuery { Limit = 3 }, cancellationToken).ConfigureAwait(false)) recent.Add(run.Id);
        return recent.Count > 0 ? $" The newest runs: {string.Join(", ", recent)}." : " There are no runs.";
    }
}
