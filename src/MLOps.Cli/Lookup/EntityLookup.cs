using System.Globalization;
using MLOps.Predictions;
using MLOps.Storage;

namespace MLOps.Cli.Lookup;

/// <summary>
/// Finds out what an id means: a prediction id, <c>model/3</c>, <c>model@alias</c>, <c>model@alias/2</c> (its second move), a run's id or its beginning, a dataset version's,
/// <c>dataset@tag</c>, a plain name, or <c>kind:id</c> of any of these. What it returns exists.
/// </summary>
internal sealed class EntityLookup(MLOpsClient store)
{
    private IRecordStore Records => store.Services.Get<IRecordStore>();

    public async Task<EntityRef> FindAsync(string text, CancellationToken cancellationToken)
    {
        if (text.StartsWith("models:/", StringComparison.Ordinal)) return await ModelAsync(text, cancellationToken).ConfigureAwait(false);
        if (text.Contains(':', StringComparison.Ordinal)) return await OfKindAsync(EntityRef.Parse(text), cancellationToken).ConfigureAwait(false);
        if (PredictionId.TryParse(text, out _)) return await PredictionAsync(text, cancellationToken).ConfigureAwait(false);

        var found = new List<EntityRef>();
        await TryAsync(found, () => ModelAsync(text, cancellationToken)).ConfigureAwait(false);
        await TryAsync(found, () => DatasetAsync(text, cancellationToken)).ConfigureAwait(false);
        if (DeploymentLookup.Looks(text)) await TryAsync(found, () => DeploymentAsync(text, cancellationToken)).ConfigureAwait(false);
        if (await RunLookup.TryFindAsync(store, text, cancellationToken).ConfigureAwait(false) is { } run) found.Add(EntityRef.Run(run));
        foreach (var (kind, collection) in s_collections)
            if (IsRecordId(text) && await ExistsAsync(collection, text, cancellationToken).ConfigureAwait(false)) found.Add(new EntityRef(kind, text));
        return found.Count switch
        {
            1 => found[0],
            0 => throw new MLOpsNotFoundException($"Nothing in this store is called '{Name.Shown(text)}'. Give a prediction id (p-…), a model (name/3, name@alias), a run id or the first characters of it, a dataset version (its id, name@tag), or kind:id."),
            _ => throw new MLOpsInvalidException($"'{Name.Shown(text)}' names several things; say which: {string.Join(", ", found)}."),
        };
    }

    private static readonly (string Kind, string Collection)[] s_collections =
        [(EntityRef.GenerationKind, "generations"), (EntityRef.ReportKind, "monitor-reports"), (EntityRef.VerdictKind, "gate-verdicts")];

    private async Task<EntityRef> OfKindAsync(EntityRef entity, CancellationToken cancellationToken)
    {
        switch (entity.Kind)
        {
            case EntityRef.ModelKind: return await ModelAsync(entity.Id, cancellationToken).ConfigureAwait(false);
            case EntityRef.DatasetKind: return await DatasetAsync(entity.Id, cancellationToken).ConfigureAwait(false);
            case EntityRef.RunKind: return EntityRef.Run((await RunLookup.FindAsync(store, entity.Id, cancellationToken).ConfigureAwait(false)).Id);
            case EntityRef.DeploymentKind: return await DeploymentAsync(entity.Id, cancellationToken).ConfigureAwait(false);
            case EntityRef.PredictionKind: return await PredictionAsync(entity.Id, cancellationToken).ConfigureAwait(false);
        }

        foreach (var (kind, collection) in s_collections)
            if (kind == entity.Kind)
                return await ExistsAsync(collection, entity.Id, cancellationToken).ConfigureAwait(false)
                    ? entity
                    : throw new MLOpsNotFoundException($"This store has no {kind} '{Name.Shown(entity.Id)}'.");

        // A kind of the application's own is known by its edges alone.
        var edges = new RecordQuery("lineage") { Filter = Filter.Or(Filter.Equal("source", entity.ToString()), Filter.Equal("target", entity.ToString())), Size = 1 };
        return (await Records.QueryAsync(edges, cancellationToken).ConfigureAwait(false)).Records.Count > 0
            ? entity
            : throw new MLOpsNotFoundException($"The lineage of this store does not mention '{Name.Shown(entity.ToString())}'.");
    }

    private async Task<EntityRef> ModelAsync(string reference, CancellationToken cancellationToken) =>
        (await store.Models.ResolveAsync(reference, cancellationToken).ConfigureAwait(false)).ToRef();

    private async Task<EntityRef> DatasetAsync(string reference, CancellationToken cancellationToken) =>
        EntityRef.Dataset((await store.Datasets.ResolveAsync(reference, cancellationToken).ConfigureAwait(false)).Id);

    private async Task<EntityRef> DeploymentAsync(string id, CancellationToken cancellationToken)
    {
        var move = await DeploymentLookup.FindAsync(store, id, cancellationToken).ConfigureAwait(false);
        return EntityRef.Deployment(move.Model, move.Alias, move.Revision);
    }

    private async Task<EntityRef> PredictionAsync(string text, CancellationToken cancellationToken)
    {
        var id = PredictionId.Parse(text);
        try
        {
            var known = await store.Monitor.FindAsync(id, cancellationToken).ConfigureAwait(false);
            return known.State is not PredictionState.NeverMade
                ? new EntityRef(EntityRef.PredictionKind, id.ToString())
                : throw new MLOpsNotFoundException(string.Create(
                    CultureInfo.InvariantCulture, $"There is no prediction '{id}': generation {id.GenerationText} made {known.KnownCount} predictions, numbered from 1, and this would be number {id.Sequence}."));
        }
        catch (MLOpsNotFoundException e) when (e.Message.StartsWith("No generation", StringComparison.Ordinal))
        {
            throw new MLOpsNotFoundException($"The prediction '{id}' was not made from this store: nothing was ever served here as generation {id.GenerationText}.", e);
        }
    }

    private async Task<bool> ExistsAsync(string collection, string id, CancellationToken cancellationToken) =>
        await Records.GetAsync(new RecordKey(collection, id), cancellationToken).ConfigureAwait(false) is not null;

    private static bool IsRecordId(string text) => text.Length is 16 or 32 && text.All(char.IsAsciiHexDigitLower);

    // A text that is no valid reference of one kind may well be one of another.
    private static async Task TryAsync(List<EntityRef> found, Func<Task<EntityRef>> find)
    {
        try
        {
            found.Add(await find().ConfigureAwait(false));
        }
        catch (Exception e) when (e is MLOpsNotFoundException or MLOpsInvalidException)
        {
        }
    }
}
