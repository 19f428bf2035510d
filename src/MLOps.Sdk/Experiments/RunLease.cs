using Microsoft.Extensions.Logging;
using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Experiments;

/// <summary>
/// The lease under which this tracker writes its runs: one for all of them, so that a thousand open runs cost one renewal. While a run
/// is open the lease is renewed, and the runs of trackers that let theirs run out become Killed. Thread-safe.
/// </summary>
/// <remarks>
/// Runs are killed in a commit that expects the version at which their lease was seen to run out. A process that slept and was taken
/// for dead learns it from its next renewal, takes the lease again, and its runs that nobody else resumed are Running again.
/// </remarks>
sealed partial class RunLease(ProcessLeases leases, RunRecords records, MetricStreams streams, RecordWriter writer, Func<IReadOnlyCollection<ActiveRun>> open, ILogger logger) : IAsyncDisposable
{
    public const string Prefix = "runs/";

    private const int MostAttempts = 5;
    private const int KilledTogether = 1000;
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(1);

#pragma warning disable CA2213 // A SemaphoreSlim whose wait handle is never asked for has nothing to dispose.
    private readonly SemaphoreSlim _turn = new(1);
    private readonly SemaphoreSlim _looking = new(1);
#pragma warning restore CA2213
    private Stored<ProcessLease>? _held;
    private int _starting;
    private ITimer? _timer;
    private HashSet<string> _standing = [];
    private long? _looked;
    private bool _disposed;

    public string Name { get; } = Prefix + Guid.CreateVersion7().ToString("N");

    /// <summary>Says that a run is about to start, until <see cref="Leave"/>: meanwhile the lease is not given back.</summary>
    public void Enter() => Interlocked.Increment(ref _starting);

    public void Leave() => Interlocked.Decrement(ref _starting);

    /// <summary>Commits what starts a run, and takes the lease in the same commit when it is not held yet.</summary>
    public async ValueTask<CommitResult> StartAsync(IReadOnlyList<RecordOperation> operations, Func<IReadOnlyList<RecordOperation>, ValueTask<CommitResult>> commit, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _held) is not null) return await commit(operations).ConfigureAwait(false);
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_held is not null) return await commit(operations).ConfigureAwait(false);
            var (lease, put) = leases.Take(Name, null);
            var done = await commit([.. operations, put]).ConfigureAwait(false);
            Hold(new(lease, done.Versions[operations.Count], put.Json));
            return done;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Takes the lease in a commit of its own, unless it is held.</summary>
    public async ValueTask HoldAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _held) is not null) return;
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_held is null && await leases.TryTakeAsync(Name, isOwn: true, cancellationToken).ConfigureAwait(false) is { } held) Hold(held);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Ends the runs of those who are gone; looks at most once a second.</summary>
    public async ValueTask LookAsync(CancellationToken cancellationToken)
    {
        if (_looked is { } before && writer.Time.GetElapsedTime(before) < s_between) return;
        await _looking.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_looked is { } meanwhile && writer.Time.GetElapsedTime(meanwhile) < s_between) return;
            var (standing, expired) = await leases.LookAsync(Prefix, cancellationToken).ConfigureAwait(false);
            foreach (var lease in expired.Where(l => l.Value.Name != Name)) await KillAllAsync(lease, cancellationToken).ConfigureAwait(false);
            (_standing, _looked) = (standing, writer.Time.GetTimestamp());
        }
        finally
        {
            _looking.Release();
        }
    }

    /// <summary>Ends a run whose lease is no more: its process was taken for dead while it started the run, and died.</summary>
    /// <returns>The run as it is now.</returns>
    public async ValueTask<Stored<Run>> JudgeAsync(Stored<Run> run, CancellationToken cancellationToken)
    {
        if (run.Value is not { Status: RunStatus.Running, LeaseName: { } name } || name == Name || _standing.Contains(name)) return run;
        var killed = Killed(await streams.RepairedAsync(run.Value, cancellationToken).ConfigureAwait(false), "its lease is gone", run.Value.StartedAt);
        var put = records.Runs.Put(run, killed);
        try
        {
            var done = await writer.CommitAsync([put, new RecordCheck(leases.Key(name), RecordOperation.Absent)], "left by its process", cancellationToken).ConfigureAwait(false);
            return new(killed, done.Versions[0], put.Json);
        }
        catch (MLOpsConflictException)
        {
            // The lease stands, or the run is written: it lives.
            return await records.Runs.GetAsync(run.Value.Id, cancellationToken).ConfigureAwait(false) ?? run;
        }
    }

    /// <summary>Renews the lease, or gives it back when no run is open; then looks for others' that have run out.</summary>
    internal async ValueTask RenewAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_held is not { } held || _disposed) return;
            if (open().Count == 0 && Volatile.Read(ref _starting) == 0)
            {
                await GiveBackAsync(held, cancellationToken).ConfigureAwait(false);
                return;
            }

            if (await leases.RenewAsync(held, cancellationToken).ConfigureAwait(false) is { } renewed) _held = renewed;
            else await TakeAgainAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }

        await LookAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gives the lease back unless runs are still open: those become Killed when it runs out.</summary>
    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            _disposed = true;
            if (_timer is not null) await _timer.DisposeAsync().ConfigureAwait(false);
            if (_held is { } held && open().Count == 0) await leases.ReleaseAsync(held, CancellationToken.None).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // A lease that cannot be given back runs out.
        catch (Exception error)
#pragma warning restore CA1031
        {
            LogNotRenewed(logger, error);
        }
        finally
        {
            _held = null;
            _turn.Release();
        }
    }

    private void Hold(Stored<ProcessLease> held)
    {
        Volatile.Write(ref _held, held);
        if (_disposed || _timer is not null) return;
        var period = leases.Options.TimeToLive / 3;
        _timer = writer.Time.CreateTimer(static lease => ((RunLease)lease!).Tick(), this, period, period);
    }

    private async void Tick()
    {
        try
        {
            await RenewAsync(CancellationToken.None).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // It is tried again before the lease runs out; here it would end the process.
        catch (Exception error)
#pragma warning restore CA1031
        {
            LogNotRenewed(logger, error);
        }
    }

    private async ValueTask GiveBackAsync(Stored<ProcessLease> held, CancellationToken cancellationToken)
    {
        // A run that starts from now on takes the lease again, in its turn; one that began to start before is seen here.
        Volatile.Write(ref _held, null);
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _starting) > 0 || open().Count > 0)
        {
            _held = held;
            return;
        }

        if (_timer is not null) await _timer.DisposeAsync().ConfigureAwait(false);
        _timer = null;
        await leases.ReleaseAsync(held, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask TakeAgainAsync(CancellationToken cancellationToken)
    {
        LogLost(logger, Name);
        if (await leases.TryTakeAsync(Name, isOwn: true, cancellationToken).ConfigureAwait(false) is not { } held) return;
        _held = held;
        foreach (var run in open()) await run.ReviveAsync(Name, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask KillAllAsync(Stored<ProcessLease> lease, CancellationToken cancellationToken)
    {
        var who = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{lease.Value.Actor}, process {lease.Value.Holder.Id}");
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var orphans = await KillAllAsync(lease, who, cancellationToken).ConfigureAwait(false);
                await leases.ReleaseAsync(lease, cancellationToken).ConfigureAwait(false);
                if (orphans > 0) LogKilled(logger, orphans, who);
                return;
            }
            catch (MLOpsConflictException)
            {
                // It was renewed after all, or another observer was faster; or somebody wrote a note on one of the runs, which saves none.
                if (attempt == MostAttempts || (await leases.Records.GetAsync(lease.Value.Name, cancellationToken).ConfigureAwait(false))?.Version != lease.Version) return;
            }
        }
    }

    private async ValueTask<int> KillAllAsync(Stored<ProcessLease> lease, string who, CancellationToken cancellationToken)
    {
        var orphans = new List<Stored<Run>>();
        var running = Filter.And(Filter.Equal(RunFields.Status, nameof(RunStatus.Running)), Filter.Equal(RunFields.LeaseName, lease.Value.Name));
        await foreach (var run in records.Runs.QueryAsync(running, cancellationToken: cancellationToken).ConfigureAwait(false)) orphans.Add(run);
        foreach (var part in orphans.Chunk(KilledTogether))
        {
            var kills = new List<RecordOperation> { new RecordCheck(leases.Key(lease.Value.Name), lease.Version) };
            foreach (var run in part)
                kills.Add(records.Runs.Put(run, Killed(await streams.RepairedAsync(run.Value, cancellationToken).ConfigureAwait(false), who, lease.Value.RenewedAt)));
            await writer.CommitAsync(kills, "left by its process", cancellationToken).ConfigureAwait(false);
        }

        return orphans.Count;
    }

    private static Run Killed(Run run, string who, DateTimeOffset lastSign) => run with
    {
        Status = RunStatus.Killed,
        StatusReason = $"The process that wrote the run is gone ({who}): it did not renew its lease.",
        EndedAt = lastSign < run.StartedAt ? run.StartedAt : lastSign,
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lease of this process's runs could not be renewed; it is tried again.")]
    private static partial void LogNotRenewed(ILogger logger, Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lease {Lease} ran out while this process slept; it is taken again, and its runs go on.")]
    private static partial void LogLost(ILogger logger, string lease);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} runs were left by a process that is gone ({Who}); they are Killed now.")]
    private static partial void LogKilled(ILogger logger, int count, string who);
}
