using System.Globalization;
using System.Text.Json;
using MLOps.Cli.Output;
using MLOps.Predictions;
using MLOps.Storage;

namespace MLOps.Cli.Lookup;

/// <summary>What a node of lineage is called and what is known of it.</summary>
/// <param name="Title">For people: <c>bike@2011</c> rather than a digest.</param>
/// <param name="Facts">By name; they are part of the JSON, too.</param>
internal sealed record Description(string Title, IReadOnlyDictionary<string, string> Facts)
{
    public static async Task<Description> OfAsync(MLOpsClient store, EntityRef entity, CancellationToken cancellationToken)
    {
        try
        {
            return entity.Kind switch
            {
                EntityRef.ModelKind => await ModelAsync(store, entity.Id, cancellationToken).ConfigureAwait(false),
                EntityRef.RunKind => await RunAsync(store, entity.Id, cancellationToken).ConfigureAwait(false),
                EntityRef.DatasetKind => await DatasetAsync(store, entity.Id, cancellationToken).ConfigureAwait(false),
                EntityRef.PredictionKind => await PredictionAsync(store, entity.Id, cancellationToken).ConfigureAwait(false),
                EntityRef.DeploymentKind => await DeploymentAsync(store, entity.Id, cancellationToken).ConfigureAwait(false),
                EntityRef.GenerationKind => await RecordAsync(store, "generations", entity.Id, [("loadedAt", "loaded"), ("host", "host"), ("actor", "by"), ("count", "predictions"), ("closedAt", "until")], cancellationToken).ConfigureAwait(false),
                EntityRef.ReportKind => await RecordAsync(store, "monitor-reports", entity.Id, [("verdict", "verdict"), ("summary", "summary"), ("from", "from"), ("to", "to")], cancellationToken).ConfigureAwait(false),
                EntityRef.VerdictKind => await RecordAsync(store, "gate-verdicts", entity.Id, [("gate", "gate"), ("outcome", "outcome"), ("message", "message"), ("actor", "by"), ("at", "at")], cancellationToken).ConfigureAwait(false),
                _ => new(entity.Id, new Dictionary<string, string>()),
            };
        }
        catch (Exception e) when (e is MLOpsNotFoundException or MLOpsInvalidException)
        {
            return new(entity.Id, new Dictionary<string, string> { ["state"] = "no longer in the store" });
        }
    }

    private static async Task<Description> ModelAsync(MLOpsClient store, string id, CancellationToken cancellationToken)
    {
        var version = await store.Models.ResolveAsync(id, cancellationToken).ConfigureAwait(false);
        var facts = new Dictionary<string, string>
        {
            ["registered"] = Words.Time(version.CreatedAt),
            ["by"] = version.CreatedBy,
            ["format"] = version.Format,
            ["digest"] = version.Digest.Hex,
        };
        AddMetrics(facts, version.Metrics);
        await foreach (var alias in store.Models.AliasesAsync(version.Model, cancellationToken).ConfigureAwait(false))
            if (alias.Number == version.Number)
                facts[$"@{alias.Alias}"] = $"since {Words.Time(alias.MovedAt)} by {alias.MovedBy}{(alias.Reason is null ? "" : $": {alias.Reason}")}";
        await foreach (var verdict in store.Models.VerdictsAsync(version.Model, version.Number, cancellationToken).ConfigureAwait(false))
            facts.TryAdd($"gate {verdict.Gate}", $"{Words.Lower(verdict.Outcome)}: {verdict.Message}");
        return new(version.ToString(), facts);
    }

    private static async Task<Description> RunAsync(MLOpsClient store, string id, CancellationToken cancellationToken)
    {
        var run = await store.Experiments.GetRunAsync(id, cancellationToken).ConfigureAwait(false);
        var facts = new Dictionary<string, string>
        {
            ["experiment"] = run.Experiment,
            ["name"] = run.Name,
            ["status"] = Words.Lower(run.Status),
            ["started"] = Words.Time(run.StartedAt),
            ["by"] = run.Actor,
        };
        AddList(facts, "params", run.Params);
        AddMetrics(facts, run.Metrics.ToDictionary(m => m.Key, m => m.Value.Last));
        return new(run.Id, facts);
    }

    private static async Task<Description> DatasetAsync(MLOpsClient store, string id, CancellationToken cancellationToken)
    {
        var version = await store.Datasets.ResolveAsync(id, cancellationToken).ConfigureAwait(false);
        var facts = new Dictionary<string, string>
        {
            ["id"] = version.Id,
            ["holds"] = $"{Words.Count(version.FileCount, "file")}, {Words.Bytes(version.Length)}",
            ["committed"] = Words.Time(version.CreatedAt),
            ["by"] = version.Author,
        };
        if (version.Message is not null) facts["message"] = version.Message;
        var tags = new List<string>();
        await foreach (var dataset in store.Datasets.ListAsync(cancellationToken).ConfigureAwait(false))
            if (dataset.Name == version.Dataset) tags.AddRange(dataset.Tags.Where(t => t.Value == version.Id).Select(t => t.Key));
        tags.Sort(StringComparer.Ordinal);
        return new($"{version.Dataset}@{(tags.Count > 0 ? string.Join(",", tags) : version.ShortId())}", facts);
    }

    private static async Task<Description> DeploymentAsync(MLOpsClient store, string id, CancellationToken cancellationToken)
    {
        var move = await DeploymentLookup.FindAsync(store, id, cancellationToken).ConfigureAwait(false);
        var facts = new Dictionary<string, string> { ["moved"] = Words.Time(move.MovedAt), ["by"] = move.MovedBy };
        if (move.Reason is not null) facts["reason"] = move.Reason;
        await foreach (var alias in store.Models.AliasesAsync(move.Model, cancellationToken).ConfigureAwait(false))
            if (alias.Alias == move.Alias && alias.Revision == move.Revision) facts["state"] = "the alias points here now";
        return new(id, facts);
    }

    private static async Task<Description> PredictionAsync(MLOpsClient store, string id, CancellationToken cancellationToken)
    {
        var known = await store.Monitor.FindAsync(PredictionId.Parse(id), cancellationToken).ConfigureAwait(false);
        var facts = new Dictionary<string, string> { ["sequence"] = string.Create(CultureInfo.InvariantCulture, $"number {known.Id.Sequence} of its generation") };
        if (known.Score is { } score) facts["answer"] = score.ToString("R", CultureInfo.InvariantCulture);
        if (known.EventTime is { } time) facts["at"] = Words.Time(time);
        foreach (var (name, value) in known.Features) facts[$"input {name}"] = value ?? "missing";
        if (known.Label is { } label) facts["label"] = $"{label.ToString("R", CultureInfo.InvariantCulture)}, observed {Words.Time(known.LabelledAt!.Value)}";
        facts["log"] = known.State switch
        {
            PredictionState.Logged => known.Features.Count > 0 ? "its row is in the log" : "its answer is in the log; no input columns were declared for it",
            PredictionState.NotLogged => "it was made, but its row is not in the log: asked for unlogged, dropped when the log was full, or removed since",
            _ => string.Create(CultureInfo.InvariantCulture, $"no row, and whether it was ever made is not known: the log's highest number of this generation is {known.KnownCount}, and its process has not said how many it made"),
        };
        return new(id, facts);
    }

    private static async Task<Description> RecordAsync(MLOpsClient store, string collection, string id, (string Member, string Fact)[] members, CancellationToken cancellationToken)
    {
        var record = await store.Services.Get<IRecordStore>().GetAsync(new RecordKey(collection, id), cancellationToken).ConfigureAwait(false)
            ?? throw new MLOpsNotFoundException(id);
        using var document = JsonDocument.Parse(record.Json);
        var facts = new Dictionary<string, string>();
        foreach (var (member, fact) in members)
            if (document.RootElement.TryGetProperty(member, out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Object or JsonValueKind.Array))
                facts[fact] = value.ValueKind != JsonValueKind.String ? value.GetRawText()
                    : value.TryGetDateTimeOffset(out var time) ? Words.Time(time) : value.GetString()!;
        return new(id, facts);
    }

    private static void AddMetrics(Dictionary<string, string> facts, IReadOnlyDictionary<string, double> metrics) =>
        AddList(facts, "metrics", metrics.ToDictionary(m => m.Key, m => Words.Number(m.Value)));

    private static void AddList(Dictionary<string, string> facts, string name, IReadOnlyDictionary<string, string> values)
    {
        const int Shown = 6;
        if (values.Count == 0) return;
        var list = string.Join(", ", values.OrderBy(v => v.Key, StringComparer.Ordinal).Take(Shown).Select(v => $"{v.Key}={v.Value}"));
        facts[name] = values.Count > Shown ? $"{list}, …" : list;
    }
}
