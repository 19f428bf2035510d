using MLOps.Data;
using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Experiments;

/// <summary>That a run read dataset versions: on its record, as lineage, and as pins, so that the data of a run is kept.</summary>
static class RunInputs
{
    public const string Training = "training";

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

    /// <exception cref="MLOpsNotFoundException">A version's files were collected.</exception>
    public static async ValueTask<IReadOnlyList<RecordOperation>> OperationsAsync(
        IRecordStore store, string runId, IEnumerable<DatasetVersion> versions, string context, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var operations = new List<RecordOperation>();
        foreach (var version in versions)
        {
            operations.Add(LineageEdge.Of(EntityRef.Dataset(version.Id), EntityRef.Run(runId), context, at));
            operations.AddRange(await DatasetPin.OfAsync(store, version, EntityRef.Run(runId), cancellationToken).ConfigureAwait(false));
        }

        return [.. operations.DistinctBy(o => o.Key)];
    }
}
