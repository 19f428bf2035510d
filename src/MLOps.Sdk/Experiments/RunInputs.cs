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

    public static IEnumerable<RecordOperation> Operations(string runId, IEnumerable<DatasetVersion> versions, string context, DateTimeOffset at) =>
        versions.SelectMany(v => new RecordOperation[]
        {
            LineageEdge.Of(EntityRef.Dataset(v.Id), EntityRef.Run(runId), context, at),
            Pin.Of(ContentStore.Key(v.Tree), EntityRef.Run(runId)),
        }).DistinctBy(o => o.Key);
}
