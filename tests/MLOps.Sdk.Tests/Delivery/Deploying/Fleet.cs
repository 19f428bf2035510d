using MLOps.Records;
using MLOps.Serving;
using MLOps.Storage;

namespace MLOps.Tests.Delivery;

/// <summary>Servers that follow routes and count requests as real ones do, one step at a time: what they know is what they read last.</summary>
internal sealed class Fleet(IRecordStore store, TimeProvider time, int servers, int seed = 1)
{
    private readonly RouteRecords _routes = NewRoutes(store, time);
    private readonly Random _random = new(seed);
    private readonly List<Server> _servers = [.. Enumerable.Range(0, servers).Select(i => new Server($"server-{i}"))];

    /// <summary>Every route that some server followed, as it was read.</summary>
    public Dictionary<long, Route> Followed { get; } = [];

    public IReadOnlyList<long> Revisions => [.. _servers.Select(s => s.Route?.Revision ?? 0)];

    public Route? Route(int server) => _servers[server].Route;

    /// <summary>The share of requests that the candidate answers, as the servers see it now.</summary>
    public double Share => _servers.Max(s => s.Route?.Arms.Skip(1).FirstOrDefault()?.Share ?? 0) / (double)Serving.Route.Whole;

    /// <summary>Lets a server, or all, show life, read the route and say what it follows.</summary>
    public async Task ObserveAsync(int? only = null, string? problem = null)
    {
        foreach (var server in _servers.Where((_, i) => only is null || i == only))
        {
            server.Lease = server.Lease is null
                ? await _routes.Leases.TryTakeAsync(RouteRecords.Servers + server.Name, isOwn: true, default)
                : await _routes.Leases.RenewAsync(server.Lease, default) ?? await _routes.Leases.TryTakeAsync(RouteRecords.Servers + server.Name, isOwn: true, default);
            var route = (await _routes.GetAsync("line", "champion", default))?.Value;
            if (problem is null && route is not null && route.Revision != server.Route?.Revision)
            {
                (server.Route, server.Counts) = (route, []);
                Followed[route.Revision] = route;
            }

            var observed = new ObservedRoute { Model = "line", Alias = "champion", Instance = server.Name, Host = "here", Revision = server.Route?.Revision ?? 0, Problem = problem, SeenAt = time.GetUtcNow() };
            var before = await _routes.Observed.GetAsync($"line@champion/{server.Name}", default);
            await CommitAsync(before is null ? _routes.Observed.Put(observed, RecordOperation.Absent) : _routes.Observed.Put(before, observed));
        }
    }

    /// <summary>Answers requests by what each server knows, and writes the counts.</summary>
    /// <param name="requests">For each server.</param>
    /// <param name="champion">How often the champion fails.</param>
    /// <param name="candidate">How often the candidate fails.</param>
    /// <param name="number">The champion's version.</param>
    public async Task ServeAsync(int requests, double champion = 0, double candidate = 0, int number = 1)
    {
        foreach (var server in _servers)
        {
            if (server.Route is not { } route) continue;
            var share = route.Arms is [_, var arm] ? arm.Share / (double)Serving.Route.Whole : 0;
            for (var i = 0; i < requests; i++)
            {
                if (_random.NextDouble() < share) server.Add("candidate", route.Arms[1].Number!.Value, false, _random.NextDouble() < candidate);
                else server.Add("champion", number, false, _random.NextDouble() < champion);
                if (route.Shadow is { } shadow && _random.NextDouble() < shadow.Share / (double)Serving.Route.Whole) server.Add("candidate", shadow.Number, true, _random.NextDouble() < candidate);
            }

            var counts = new ArmCounts { Model = "line", Alias = "champion", Instance = server.Name, Revision = route.Revision, DeploymentId = route.DeploymentId, Arms = [.. server.Counts.Values], UpdatedAt = time.GetUtcNow() };
            await CommitAsync(_routes.Counts.Put(counts, null));
        }
    }

    public static RouteRecords NewRoutes(IRecordStore store, TimeProvider time)
    {
        var writer = new RecordWriter(store, new Actor(), time);
        return new(writer, new ProcessLeases(writer, new LeaseOptions()));
    }

    private async Task CommitAsync(RecordPut put) => await store.CommitAsync(new RecordCommit("server", [put]));

    private sealed class Server(string name)
    {
        public string Name => name;

        public Stored<ProcessLease>? Lease { get; set; }

        public Route? Route { get; set; }

        public Dictionary<string, ArmCount> Counts { get; set; } = [];

        public void Add(string arm, int number, bool isShadow, bool failed)
        {
            var count = Counts.TryGetValue(arm, out var known) ? known : new() { Arm = arm, Number = number, IsShadow = isShadow };
            Counts[arm] = count with { Requests = count.Requests + 1, Errors = count.Errors + (failed ? 1 : 0), Scored = count.Scored + (failed ? 0 : 1) };
        }
    }

    private sealed class Actor : IActorProvider
    {
        string IActorProvider.Actor => "server";
    }
}
