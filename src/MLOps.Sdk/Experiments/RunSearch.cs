using System.Runtime.CompilerServices;
using MLOps.Storage;

namespace MLOps.Experiments;

/// <summary>Finds runs. What it gives is repaired: no run of a process that is gone is Running, and no summary lacks what its streams hold.</summary>
sealed class RunSearch(IRecordStore store, RunRecords records, MetricStreams streams, RunLease lease)
{
    private const int DefaultPage = 100, LargestPage = 1000;

    public async IAsyncEnumerable<Run> QueryAsync(RunQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (query.Limit < 0) throw new MLOpsInvalidException($"The limit of a run query is at least 0, this one is {query.Limit}.");
        var left = query.Limit ?? long.MaxValue;
        var question = Question(query, (int)Math.Clamp(left, 1, 200));
        if (left == 0) yield break;
        await lease.LookAsync(cancellationToken).ConfigureAwait(false);
        while (true)
        {
            var page = await store.QueryAsync(question, cancellationToken).ConfigureAwait(false);
            foreach (var record in page.Records)
            {
                if (await WholeAsync(record, query, cancellationToken).ConfigureAwait(false) is not { } run) continue;
                yield return run;
                if (--left == 0) yield break;
            }

            if (page.Next is null) yield break;
            question = question with { After = page.Next };
        }
    }

    public async ValueTask<RunPage> PageAsync(RunQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (query.Limit is < 1 or > LargestPage) throw new MLOpsInvalidException($"A page of runs has 1 to {LargestPage} of them; {query.Limit} were asked for.");
        var question = Question(query, query.Limit ?? DefaultPage);
        await lease.LookAsync(cancellationToken).ConfigureAwait(false);
        var page = await store.QueryAsync(question, cancellationToken).ConfigureAwait(false);
        var runs = new List<Run>(page.Records.Count);
        foreach (var record in page.Records)
            if (await WholeAsync(record, query, cancellationToken).ConfigureAwait(false) is { } run) runs.Add(run);
        return new RunPage(runs, page.Next);
    }

    private RecordQuery Question(RunQuery query, int size)
    {
        var filters = new List<Filter>();
        if (query.Experiment is not null) filters.Add(Filter.Equal(RunFields.Experiment, query.Experiment));
        if (query.Status is { } status) filters.Add(Filter.Equal(RunFields.Status, status.ToString()));
        if (query.ParentId is not null) filters.Add(Filter.Equal(RunFields.Parent, query.ParentId));
        if (query.Deleted is { } deleted) filters.Add(deleted ? Filter.Exists(RunFields.Deleted) : Filter.Not(Filter.Exists(RunFields.Deleted)));
        if (query.Filter is not null) filters.Add(RunFields.Translated(query.Filter));
        return new RecordQuery(records.Runs.Name)
        {
            Filter = filters.Count == 0 ? null : Filter.And(filters), OrderBy = RunFields.Order(query.OrderBy), Descending = query.Descending, Size = size, After = query.After,
        };
    }

    /// <summary>The run of a record; null when it no longer meets the query.</summary>
    private async ValueTask<Run?> WholeAsync(Record record, RunQuery query, CancellationToken cancellationToken)
    {
        var run = records.Runs.Read(record);
        if (run.Value.Status != RunStatus.Running) return run.Value;
        run = await lease.JudgeAsync(run, cancellationToken).ConfigureAwait(false);
        if (query.Status is { } asked && run.Value.Status != asked) return null;
        // A run that is being written, or was left by a crash, may have points that its record does not tell of yet.
        return run.Value.Status == RunStatus.Running ? await streams.RepairedAsync(run.Value, cancellationToken).ConfigureAwait(false) : run.Value;
    }
}
