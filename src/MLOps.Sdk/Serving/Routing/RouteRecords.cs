using System.Globalization;
using System.Runtime.CompilerServices;
using MLOps.Models;
using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Serving;

/// <summary>
/// Where routes, what servers observed of them and what they counted are kept. A deployment writes routes in its own commits and reads the
/// rest; servers read routes and write the rest. Thread-safe.
/// </summary>
internal sealed class RouteRecords(RecordWriter writer, ProcessLeases leases)
{
    /// <summary>What the leases of servers begin with; the instance follows.</summary>
    public const string Servers = "servers/";

    public RecordCollection<Route> Routes { get; } = new(writer.Store, Collections.Routes, ServingJson.Default.Route, r => Id(r.Model, r.Alias), (r, fields) =>
    {
        fields["model"] = r.Model;
        fields["alias"] = r.Alias;
        fields["revision"] = r.Revision;
        if (r.DeploymentId is not null) fields["deployment"] = r.DeploymentId;
    }, r => r with { Rules = r.Rules ?? [], Limits = r.Limits ?? new() });

    public RecordCollection<ObservedRoute> Observed { get; } = new(writer.Store, Collections.ObservedRoutes, ServingJson.Default.ObservedRoute, ObservedId, (o, fields) =>
    {
        fields["model"] = o.Model;
        fields["alias"] = o.Alias;
        fields["instance"] = o.Instance;
        fields["revision"] = o.Revision;
    }, o => o with { Tripped = o.Tripped ?? [] });

    public RecordCollection<ArmCounts> Counts { get; } = new(writer.Store, Collections.ArmCounts, ServingJson.Default.ArmCounts, CountsId, (c, fields) =>
    {
        fields["model"] = c.Model;
        fields["alias"] = c.Alias;
        fields["instance"] = c.Instance;
        fields["revision"] = c.Revision;
        if (c.DeploymentId is not null) fields["deployment"] = c.DeploymentId;
    }, c => c with { Arms = [.. c.Arms.Select(a => a with { Latency = a.Latency ?? [] })] });

    public ProcessLeases Leases { get; } = leases;

    /// <summary>The route; null when there is none and the alias alone decides.</summary>
    public ValueTask<Stored<Route>?> GetAsync(string model, string alias, CancellationToken cancellationToken) => Routes.GetAsync(Id(model, alias), cancellationToken);

    /// <summary>
    /// The operation that writes a route, for the commit in which a deployment writes its own state: it gives the next revision, and the commit
    /// fails when another wrote the route since. A route is never deleted: one whose first arm follows the alias and has the whole share ends a deployment.
    /// </summary>
    /// <param name="previous">As it was read; null when there was none.</param>
    /// <param name="next">Its revision and time are given here.</param>
    /// <exception cref="MLOpsInvalidException">The route breaks a rule.</exception>
    public (Route Route, RecordPut Put) Put(Stored<Route>? previous, Route next)
    {
        if (previous is { Value: var old } && (old.Model != next.Model || old.Alias != next.Alias))
            throw new MLOpsInvalidException($"The route of '{old.Model}' as '{old.Alias}' cannot become that of '{next.Model}' as '{next.Alias}'.");
        var route = RouteRules.Require(next with { Revision = (previous?.Value.Revision ?? 0) + 1, UpdatedAt = writer.Now });
        return (route, previous is null ? Routes.Put(route, RecordOperation.Absent) : Routes.Put(previous, route));
    }

    /// <summary>Every route as it is now and as it changes, until cancelled.</summary>
    public async IAsyncEnumerable<Route> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var query = new RecordQuery(Collections.Routes) { Size = 1000 };
        long? after = null;
        do
        {
            var page = await writer.Store.QueryAsync(query, cancellationToken).ConfigureAwait(false);
            after ??= page.Position;
            foreach (var record in page.Records) yield return Routes.Read(record).Value;
            query = query with { After = page.Next };
        }
        while (query.After is not null);

        await foreach (var change in writer.Store.WatchAsync(after.Value, [Collections.Routes], cancellationToken).ConfigureAwait(false))
            if (change.Record is { } record) yield return Routes.Read(record).Value;
    }

    /// <summary>What a server observed and counted, in one commit; nobody else writes these.</summary>
    public async ValueTask ReportAsync(IReadOnlyList<ObservedRoute> observed, IReadOnlyList<ArmCounts> counts, CancellationToken cancellationToken) =>
        await writer.CommitAsync([.. observed.Select(o => Observed.Put(o, null)), .. counts.Select(c => Counts.Put(c, null))], null, cancellationToken).ConfigureAwait(false);

    /// <summary>Takes back what a server observed that answers no more. What it counted stays: it happened.</summary>
    public async ValueTask ForgetAsync(string instance, CancellationToken cancellationToken)
    {
        var gone = new List<RecordOperation>();
        await foreach (var observed in Observed.QueryAsync(Filter.Equal("instance", instance), cancellationToken: cancellationToken).ConfigureAwait(false))
            gone.Add(new RecordDelete(Observed.Key(ObservedId(observed.Value)), null));
        foreach (var part in gone.Chunk(1000)) await writer.CommitAsync(part, null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// What every live server answers by, those that have not loaded the model yet left out. A server that is silent for its lease's time to
    /// live, on this process's own monotonic clock, or whose process is gone, counts no more. A deployment may go on when all of them have its revision.
    /// </summary>
    public async ValueTask<IReadOnlyList<ObservedRoute>> LiveAsync(string model, string alias, CancellationToken cancellationToken)
    {
        var (standing, _) = await Leases.LookAsync(Servers, cancellationToken).ConfigureAwait(false);
        var live = new List<ObservedRoute>();
        await foreach (var observed in Observed.QueryAsync(OfAlias(model, alias), cancellationToken: cancellationToken).ConfigureAwait(false))
            if (standing.Contains(Servers + observed.Value.Instance)) live.Add(observed.Value);
        return live;
    }

    /// <summary>What all servers counted, dead ones too, from a revision on: by revision, arm and version.</summary>
    public async ValueTask<IReadOnlyList<RevisionCount>> CountsAsync(string model, string alias, long fromRevision, CancellationToken cancellationToken)
    {
        var sums = new Dictionary<(long Revision, string Arm, int Number), RevisionCount>();
        var from = Filter.And(OfAlias(model, alias), Filter.AtLeast("revision", fromRevision));
        await foreach (var stored in Counts.QueryAsync(from, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            foreach (var count in stored.Value.Arms)
            {
                var key = (stored.Value.Revision, count.Arm, count.Number);
                sums[key] = sums.TryGetValue(key, out var sum) ? sum with { Count = sum.Count.Plus(count) } : new(stored.Value.Revision, stored.Value.DeploymentId, count);
            }
        }

        return [.. sums.Values.OrderBy(s => s.Revision).ThenBy(s => s.Count.Arm, StringComparer.Ordinal).ThenBy(s => s.Count.Number)];
    }

    public static string Id(string model, string alias) => ModelRecords.AliasId(model, alias);

    private static string ObservedId(ObservedRoute observed) => $"{Fitted(observed.Model, observed.Alias)}/{observed.Instance}";

    private static string CountsId(ArmCounts counts) => string.Create(CultureInfo.InvariantCulture, $"{Fitted(counts.Model, counts.Alias)}/{counts.Revision:D19}/{counts.Instance}");

    private static string Fitted(string model, string alias) => FittedName.Of(Id(model, alias), 400);

    private static Filter OfAlias(string model, string alias) => Filter.And(Filter.Equal("model", model), Filter.Equal("alias", alias));
}
