using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Experiments;

/// <summary>The claims of a run on bytes.</summary>
static class RunPins
{
    /// <summary>The pins of a run, and the blobs they keep.</summary>
    public static async ValueTask<List<(RecordKey Pin, string Blob)>> OfAsync(IRecordStore store, string runId, CancellationToken cancellationToken)
    {
        var pins = new List<(RecordKey, string)>();
        var query = new RecordQuery(Collections.Pins) { Filter = Filter.Equal("owner", EntityRef.Run(runId).ToString()), Size = 1000 };
        while (true)
        {
            var page = await store.QueryAsync(query, cancellationToken).ConfigureAwait(false);
            pins.AddRange(page.Records.Select(r => (r.Key, r.Fields["blob"].Text ?? "")));
            if (page.Next is null) return pins;
            query = query with { After = page.Next };
        }
    }
}
