using System.Text.Json;
using MLOps.Data;
using MLOps.Experiments;
using MLOps.Records;

namespace MLOps.Delivery;

/// <summary>
/// Writes lineage as OpenLineage 2.0.2 run events, one JSON object a line: runs, deployments and generations are runs of a job; dataset versions, model versions, verdicts and reports are
/// datasets with a version. What came about without a recorded run gets a job of its own, so that no step is lost. Thread-safe.
/// </summary>
public sealed class OpenLineage
{
    private const string Producer = "urn:mlops-sdk", Schema = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent";
    private const string VersionFacet = "https://openlineage.io/spec/facets/1-0-1/DatasetVersionDatasetFacet.json#/$defs/DatasetVersionDatasetFacet";

    private readonly IExperimentTracker _experiments;
    private readonly IDatasetStore _datasets;

    internal OpenLineage(IExperimentTracker experiments, IDatasetStore datasets) => (_experiments, _datasets) = (experiments, datasets);

    /// <summary>Writes a graph. The same graph gives the same bytes.</summary>
    /// <param name="graph">The graph; see <see cref="Lineage.GraphAsync"/>.</param>
    /// <param name="target">Where to write; not disposed.</param>
    /// <param name="jobs">The OpenLineage namespace of jobs and datasets: one name for one store.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>How many events were written: a START and an end for each run.</returns>
    public async ValueTask<int> WriteAsync(LineageGraph graph, Stream target, string jobs = "mlops", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentException.ThrowIfNullOrWhiteSpace(jobs);
        var names = new Dictionary<EntityRef, (string Name, string Version)>();
        foreach (var entity in graph.Entities()) names[entity] = await NameAsync(entity, cancellationToken).ConfigureAwait(false);
        var count = 0;
        foreach (var step in OpenLineageStep.Of(graph))
        {
            var run = step.Run is { Kind: EntityRef.RunKind } at ? await RunAsync(at.Id, cancellationToken).ConfigureAwait(false) : null;
            var (start, end) = (run?.StartedAt ?? step.At, run is null ? step.At : run.EndedAt);
            await EventAsync("START", start).ConfigureAwait(false);
            if (end is { } ended)
                await EventAsync(run?.Status switch { RunStatus.Failed => "FAIL", RunStatus.Killed => "ABORT", _ => "COMPLETE" }, ended).ConfigureAwait(false);

            async ValueTask EventAsync(string type, DateTimeOffset time)
            {
                using var line = new MemoryStream();
                Write(line, step, type, time, jobs, run?.Experiment ?? step.Job, names);
                line.WriteByte((byte)'\n');
                await target.WriteAsync(line.GetBuffer().AsMemory(0, (int)line.Length), cancellationToken).ConfigureAwait(false);
                count++;
            }
        }

        return count;
    }

    private static void Write(Stream line, OpenLineageStep step, string type, DateTimeOffset time, string jobs, string job, Dictionary<EntityRef, (string Name, string Version)> names)
    {
        using var json = new Utf8JsonWriter(line);
        json.WriteStartObject();
        json.WriteString("eventType", type);
        json.WriteString("eventTime", time.ToUniversalTime());
        json.WriteString("producer", Producer);
        json.WriteString("schemaURL", Schema);
        json.WriteStartObject("run");
        json.WriteString("runId", step.RunId);
        json.WriteEndObject();
        json.WriteStartObject("job");
        json.WriteString("namespace", jobs);
        json.WriteString("name", job);
        json.WriteEndObject();
        Datasets("inputs", step.Inputs);
        Datasets("outputs", step.Outputs);
        json.WriteEndObject();

        void Datasets(string member, IEnumerable<EntityRef> entities)
        {
            json.WriteStartArray(member);
            foreach (var entity in entities)
            {
                json.WriteStartObject();
                json.WriteString("namespace", jobs);
                json.WriteString("name", names[entity].Name);
                json.WriteStartObject("facets");
                json.WriteStartObject("version");
                json.WriteString("_producer", Producer);
                json.WriteString("_schemaURL", VersionFacet);
                json.WriteString("datasetVersion", names[entity].Version);
                json.WriteEndObject();
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }
    }

    private async ValueTask<(string Name, string Version)> NameAsync(EntityRef entity, CancellationToken cancellationToken)
    {
        if (entity.Kind == EntityRef.ModelKind && entity.Id.LastIndexOf('/') is > 0 and var slash) return ($"models/{entity.Id[..slash]}", entity.Id[(slash + 1)..]);
        if (entity.Kind != EntityRef.DatasetKind) return ($"{entity.Kind}s/{entity.Id}", entity.Id);
        try
        {
            return ($"datasets/{(await _datasets.ResolveAsync(entity.Id, cancellationToken).ConfigureAwait(false)).Dataset}", entity.Id);
        }
        catch (Exception e) when (e is MLOpsNotFoundException or MLOpsInvalidException)
        {
            return ($"datasets/{entity.Id}", entity.Id);
        }
    }

    private async ValueTask<Run?> RunAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return await _experiments.GetRunAsync(id, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is MLOpsNotFoundException or MLOpsInvalidException)
        {
            return null;
        }
    }
}
