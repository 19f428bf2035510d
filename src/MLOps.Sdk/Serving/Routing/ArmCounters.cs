namespace MLOps.Serving;

/// <summary>The counters of a model's arms, by revision, arm and version, so that a table that is built anew under one revision counts on. Thread-safe.</summary>
internal sealed class ArmCounters(string model, string alias, TimeProvider time)
{
    // Calls that are inside an old revision when it is replaced are still counted there, for a while.
    private const int Revisions = 4;

    private readonly Lock _gate = new();
    private readonly List<(Route Route, List<ArmCounter> Counters)> _revisions = [];

    public ArmCounter Get(Route route, string arm, int number, bool isShadow)
    {
        lock (_gate)
        {
            var known = _revisions.Find(r => r.Route.Revision == route.Revision);
            if (known.Counters is null)
            {
                _revisions.Add(known = (route, []));
                if (_revisions.Count > Revisions) _revisions.RemoveAt(0);
            }

            if (known.Counters.Find(c => c.Arm == arm && c.Number == number) is { } counter) return counter;
            // What falls to the first arm must find a place: it has no limits.
            counter = new(arm, number, isShadow, arm == route.Arms[0].Name ? RouteLimits.None with { SlowAfter = route.Limits.SlowAfter } : route.Limits, time);
            known.Counters.Add(counter);
            return counter;
        }
    }

    public IReadOnlyList<TrippedArm> Tripped(long revision)
    {
        lock (_gate)
            return [.. (_revisions.Find(r => r.Route.Revision == revision).Counters ?? []).Select(c => c.Tripped).OfType<TrippedArm>()];
    }

    public IReadOnlyList<ArmCounts> Read(string instance)
    {
        lock (_gate)
        {
            return
            [
                .. _revisions.Select(r => new ArmCounts
                {
                    Model = model,
                    Alias = alias,
                    Instance = instance,
                    Revision = r.Route.Revision,
                    DeploymentId = r.Route.DeploymentId,
                    Arms = [.. r.Counters.Select(c => c.Read())],
                    UpdatedAt = time.GetUtcNow(),
                }),
            ];
        }
    }
}
