using Microsoft.Extensions.Logging;
using MLOps.Records;

namespace MLOps.Serving;

/// <summary>
/// Tells the store that this server lives, which routes it obeys and what it counted: after each change, and every two seconds while there is
/// something new. A store that is away is told later; counts are sums, so nothing is lost by it.
/// </summary>
internal sealed class ServerReports(IReadOnlyList<ServedSlot> slots, RouteRecords routes, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(2);

    private readonly Dictionary<ServedSlot, ObservedRoute> _told = [];
    private readonly Dictionary<(ServedSlot Slot, long Revision), long> _counted = [];
    private TaskCompletionSource _wake = NewWake();
    private Stored<ProcessLease>? _lease;
    private long _renewed;

    /// <summary>Names this server in the store.</summary>
    public string Instance { get; } = Guid.CreateVersion7().ToString("n");

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var slot in slots) slot.Changed += Wake;
        while (!cancellationToken.IsCancellationRequested)
        {
            var woken = Volatile.Read(ref _wake).Task;
            await TryAsync(cancellationToken).ConfigureAwait(false);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(woken, Task.Delay(s_interval, time, stop.Token)).ConfigureAwait(false);
            await stop.CancelAsync().ConfigureAwait(false);
        }

        await LeaveAsync().ConfigureAwait(false);
    }

    private async ValueTask TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            await LiveAsync(cancellationToken).ConfigureAwait(false);
            await ReportAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Closing.
        }
        catch (Exception e)
        {
            ServingMessages.NotReported(logger, e);
        }
    }

    /// <summary>Takes or renews the lease on which all else hangs; cleans up after servers that are gone.</summary>
    private async ValueTask LiveAsync(CancellationToken cancellationToken)
    {
        if (_lease is not null && time.GetElapsedTime(_renewed) < routes.Leases.Options.TimeToLive / 3) return;
        var now = time.GetTimestamp();
        _lease = _lease is null ? null : await routes.Leases.RenewAsync(_lease, cancellationToken).ConfigureAwait(false);
        _lease ??= await routes.Leases.TryTakeAsync(RouteRecords.Servers + Instance, isOwn: true, cancellationToken).ConfigureAwait(false);
        _renewed = now;
        var (_, expired) = await routes.Leases.LookAsync(RouteRecords.Servers, cancellationToken).ConfigureAwait(false);
        foreach (var gone in expired.Where(l => l.Value.Name != RouteRecords.Servers + Instance))
        {
            await routes.ForgetAsync(gone.Value.Name[RouteRecords.Servers.Length..], cancellationToken).ConfigureAwait(false);
            await routes.Leases.ReleaseAsync(gone, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask ReportAsync(CancellationToken cancellationToken)
    {
        var observed = slots.Select(s => (Slot: s, Now: Observe(s))).Where(o => IsNews(o.Slot, o.Now)).ToList();
        var counts = slots.SelectMany(s => s.ReadCounts(Instance).Select(c => (Slot: s, Counts: c, Events: Events(c))))
            .Where(c => _counted.GetValueOrDefault((c.Slot, c.Counts.Revision)) != c.Events).ToList();
        if (observed.Count == 0 && counts.Count == 0) return;
        await routes.ReportAsync([.. observed.Select(o => o.Now)], [.. counts.Select(c => c.Counts)], cancellationToken).ConfigureAwait(false);
        foreach (var (slot, now) in observed) _told[slot] = now;
        foreach (var (slot, told, events) in counts) _counted[(slot, told.Revision)] = events;
    }

    private async ValueTask LeaveAsync()
    {
        try
        {
            await ReportAsync(CancellationToken.None).ConfigureAwait(false);
            if (_lease is null) return;
            await routes.ForgetAsync(Instance, CancellationToken.None).ConfigureAwait(false);
            await routes.Leases.ReleaseAsync(_lease, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // The lease runs out, and others clean up.
            ServingMessages.NotReported(logger, e);
        }
    }

    private ObservedRoute Observe(ServedSlot slot) => new()
    {
        Model = slot.Model,
        Alias = slot.Alias,
        Instance = Instance,
        Host = Environment.MachineName,
        Revision = slot.Revision,
        Number = slot.Number == 0 ? null : slot.Number,
        Problem = slot.LastError,
        Tripped = slot.Tripped,
        SeenAt = time.GetUtcNow(),
    };

    /// <summary>Of a model that was never loaded nothing is told: nobody waits for this server.</summary>
    private bool IsNews(ServedSlot slot, ObservedRoute now) => _told.TryGetValue(slot, out var told)
        ? (told.Revision, told.Number, told.Problem, told.Tripped.Count) != (now.Revision, now.Number, now.Problem, now.Tripped.Count)
        : now.Number is not null;

    private static long Events(ArmCounts counts) => counts.Arms.Sum(a => a.Requests + a.Diverted + a.Compared + a.Dropped + a.Inside);

    private void Wake() => Interlocked.Exchange(ref _wake, NewWake()).TrySetResult();

    private static TaskCompletionSource NewWake() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
