using MLOps.Data;
using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Experiments;

/// <summary>That a run read dataset versions: on its record, as lineage, and as pins, so that the data of a run is kept.</summary>
static class RunInputs
{
    public const string Training = "training";

    /// <summary>A fork reads what the run it continues read; the policy must have held there too.</summary>
    /// <exception cref="MLOpsRejectedException">The run may only read committed data and names none.</exception>
    public static void RequireSome(RunOptions start, Run? source)
    {
        if (!start.RequireCommittedData) return;
        if (source is { RequiresCommittedData: false, Inputs.Count: > 0 })
            throw new MLOpsRejectedException($"The fork may only read committed data, and the run {source.Id} that it continues read data without that policy. Start a new run on a committed version.");
        if (start.Datasets.Count + (source?.Inputs.Count ?? 0) == 0)
            throw new MLOpsRejectedException("The run may only read committed data and names no dataset version: commit the data and start the run on that version.");
    }

    public static Run With(Run run, IEnumerable<DatasetVersion> versions, string context)
    {
        var inputs = run.Inputs.ToList();
        foreach (var version in versions)
        {
            var input = new DatasetInput(version.Dataset, version.Id, context);
            if (!inputs.Contains(input)) inputs.Add(input);
        }

        return inputs.Count == run.Inputs.Count ? run : run with { Inputs = inputs };
    }

    /// <summary>What goes into the run's commit.</summary>
    /// <param name="store">The records.</param>
    /// <param name="runId">The run.</param>
    /// <param name="versions">What it reads.</param>
    /// <param name="context">What for.</param>
    /// <param name="committed">Whether each must be a version of this store.</param>
    /// <param name="at">Now.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MLOpsNotFoundException">A version's files were collected.</exception>
    /// <exception cref="MLOpsRejectedException">A version is none of this store and the run may only read committed data.</exception>
    public static async ValueTask<IReadOnlyList<RecordOperation>> OperationsAsync(
        IRecordStore store, string runId, IEnumerable<DatasetVersion> versions, string context, bool committed, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var operations = new List<RecordOperation>();
        foreach (var version in versions)
        {
            var pin = await DatasetPin.OfAsync(store, version, EntityRef.Run(runId), cancellationToken).ConfigureAwait(false);
            if (committed && pin.Count == 0)
                throw new MLOpsRejectedException($"The run {runId} may only read committed data, and this store has no version {version.ShortId()} of dataset '{Name.Shown(version.Dataset)}'. Commit or pull it here first.");
            operations.Add(LineageEdge.Of(EntityRef.Dataset(version.Id), EntityRef.Run(runId), context, at));
            operations.AddRange(pin);
        }

        return [.. operations.DistinctBy(o => o.Key)];
    }
}
