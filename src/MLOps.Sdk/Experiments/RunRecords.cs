using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Experiments;

/// <summary>The two collections of this room.</summary>
sealed class RunRecords(IRecordStore store)
{
    public RecordCollection<Experiment> Experiments { get; } = new(store, Collections.Experiments, ExperimentsJson.Default.Experiment, e => e.Name,
        (e, fields) => fields["created"] = FieldValue.Of(e.CreatedAt));

    public RecordCollection<Run> Runs { get; } = new(store, Collections.Runs, ExperimentsJson.Default.Run, r => r.Id, RunFields.Index, Complete);

    /// <exception cref="MLOpsNotFoundException">No such run; the message names recent ones.</exception>
    public async ValueTask<Stored<Run>> RunAsync(string runId, CancellationToken cancellationToken)
    {
        RunRules.RequireId(runId);
        if (await Runs.GetAsync(runId, cancellationToken).ConfigureAwait(false) is { } run) return run;
        var recent = new List<string>();
        await foreach (var other in Runs.QueryAsync(null, RunFields.Started, descending: true, pageSize: 5, cancellationToken).ConfigureAwait(false))
        {
            recent.Add($"{other.Value.Id} ('{other.Value.Name}' of '{other.Value.Experiment}')");
            if (recent.Count == 5) break;
        }

        throw new MLOpsNotFoundException($"There is no run '{runId}'. {(recent.Count == 0 ? "There are no runs yet." : $"The newest are {string.Join(", ", recent)}.")}");
    }

    private static Run Complete(Run run) => run with
    {
        Params = run.Params ?? new Dictionary<string, string>(),
        Tags = run.Tags ?? new Dictionary<string, string>(),
        Metrics = run.Metrics ?? new Dictionary<string, MetricSummary>(),
        Artifacts = run.Artifacts ?? [],
        Inputs = run.Inputs ?? [],
        Comments = run.Comments ?? [],
    };
}
