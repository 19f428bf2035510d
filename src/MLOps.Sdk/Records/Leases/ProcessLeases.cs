using System.Collections.Concurrent;
using MLOps.Storage;

namespace MLOps.Records;

/// <summary>
/// Leases as one process sees them: takes, renews and gives back its own, and tells which of the others' have run out. A lease has
/// run out when its process is known to be gone, or when this process saw it unchanged for its time to live on its own monotonic
/// clock. Correctness never hangs on that clock: whoever acts on an expiry does so in a commit that expects the lease's version. Thread-safe.
/// </summary>
internal sealed class ProcessLeases(RecordWriter writer, LeaseOptions options)
{
    private readonly ConcurrentDictionary<string, (long Version, long Since)> _seen = new(StringComparer.Ordinal);

    public RecordCollection<ProcessLease> Records { get; } = new(writer.Store, Collections.ProcessLeases, RecordsJson.Default.ProcessLease, l => l.Name);

    public LeaseOptions Options { get; } = options.Checked();

    public RecordKey Key(string name) => Records.Key(name);

    /// <summary>The put that takes a lease which does not exist, or has run out; for the caller's own commit.</summary>
    /// <param name="name">The lease.</param>
    /// <param name="previous">As it was seen last; null when there is none.</param>
    public (ProcessLease Lease, RecordPut Put) Take(string name, Stored<ProcessLease>? previous)
    {
        var lease = new ProcessLease(name, ProcessMark.Here, writer.Actor, (previous?.Value.Epoch ?? 0) + 1, writer.Now, (long)Options.TimeToLive.TotalMilliseconds);
        return (lease, previous is null ? Records.Put(lease, RecordOperation.Absent) : Records.Put(previous, lease));
    }

    /// <summary>Takes a lease when nobody holds it, or its holder let it run out.</summary>
    /// <param name="name">The lease.</param>
    /// <param name="isOwn">True when nobody else takes a lease of that name: then one that stands is one's own, whose answer got lost.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The lease, or null: another holds it.</returns>
    public async ValueTask<Stored<ProcessLease>?> TryTakeAsync(string name, bool isOwn, CancellationToken cancellationToken)
    {
        var previous = await Records.GetAsync(name, cancellationToken).ConfigureAwait(false);
        if (previous is not null && !isOwn && !HasExpired(previous)) return null;
        var (lease, put) = Take(name, previous);
        try
        {
            var done = await writer.CommitAsync([put], "lease taken", cancellationToken).ConfigureAwait(false);
            return new(lease, done.Versions[0], put.Json);
        }
        catch (MLOpsConflictException)
        {
            return null;
        }
    }

    /// <summary>The put that says that the holder lives, for the caller's own commit.</summary>
    public (ProcessLease Lease, RecordPut Put) Renew(Stored<ProcessLease> held)
    {
        var lease = held.Value with { RenewedAt = writer.Now };
        return (lease, Records.Put(held, lease));
    }

    /// <summary>Says that the holder lives.</summary>
    /// <returns>The lease to renew next time, or null: another took it, or it was taken for run out.</returns>
    public async ValueTask<Stored<ProcessLease>?> RenewAsync(Stored<ProcessLease> held, CancellationToken cancellationToken)
    {
        var (lease, put) = Renew(held);
        try
        {
            var done = await writer.CommitAsync([put], null, cancellationToken).ConfigureAwait(false);
            return new(lease, done.Versions[0], put.Json);
        }
        catch (MLOpsConflictException)
        {
            return null;
        }
    }

    /// <summary>Gives a lease back; one that was lost is left to its new holder.</summary>
    public async ValueTask ReleaseAsync(Stored<ProcessLease> held, CancellationToken cancellationToken)
    {
        try
        {
            await writer.CommitAsync([new RecordDelete(Key(held.Value.Name), held.Version)], null, cancellationToken).ConfigureAwait(false);
        }
        catch (MLOpsConflictException)
        {
            // It was lost before.
        }
    }

    /// <summary>Looks at all leases whose names begin so.</summary>
    /// <returns>Those that stand, and those that have run out.</returns>
    public async ValueTask<(HashSet<string> Standing, List<Stored<ProcessLease>> Expired)> LookAsync(string prefix, CancellationToken cancellationToken)
    {
        var standing = new HashSet<string>(StringComparer.Ordinal);
        var expired = new List<Stored<ProcessLease>>();
        // '0' follows '/', with which every prefix ends.
        var within = Filter.And(Filter.AtLeast(RecordQuery.Id, prefix), Filter.Less(RecordQuery.Id, prefix[..^1] + "0"));
        await foreach (var lease in Records.QueryAsync(within, RecordQuery.Id, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            if (HasExpired(lease)) expired.Add(lease);
            else standing.Add(lease.Value.Name);
        }

        foreach (var name in _seen.Keys)
            if (name.StartsWith(prefix, StringComparison.Ordinal) && !standing.Contains(name) && !expired.Exists(l => l.Value.Name == name)) _seen.TryRemove(name, out _);
        return (standing, expired);
    }

    /// <summary>Whether a lease has run out, as far as this process saw.</summary>
    public bool HasExpired(Stored<ProcessLease> lease)
    {
        if (lease.Value.Holder.IsGone()) return true;
        var now = writer.Time.GetTimestamp();
        var (version, since) = _seen.AddOrUpdate(lease.Value.Name, (lease.Version, now), (_, seen) => seen.Version == lease.Version ? seen : (lease.Version, now));
        return version == lease.Version && writer.Time.GetElapsedTime(since, now) >= TimeSpan.FromMilliseconds(lease.Value.TimeToLive);
    }
}
