using MLOps.Storage;

namespace MLOps.Records;

/// <summary>
/// Something that one process does at a time, on many machines: held by a record under its expected version. It has expired
/// when another has seen its record unchanged for the time to live, on its own monotonic clock; no two clocks are compared.
/// </summary>
/// <remarks>A holder that slept too long does not know that it lost it: commits that must not be made by such a one carry <see cref="Check"/>. Not thread-safe.</remarks>
internal sealed class Lease(RecordWriter writer, string name, TimeSpan timeToLive)
{
    private readonly RecordCollection<LeaseState> _leases = new(writer.Store, Collections.Leases, RecordsJson.Default.LeaseState, l => FittedName.Of(l.Name, 480));
    private readonly string _holder = Guid.CreateVersion7().ToString("n");
    private (long Version, long At)? _seen;
    private (long Version, long At)? _held;

    /// <summary>True while the last sign of life is younger than a third of the time to live.</summary>
    public bool IsFresh => _held is { } held && writer.Time.GetElapsedTime(held.At) < timeToLive / 3;

    /// <summary>Holds in the commit that carries it that the lease is still this process's.</summary>
    public RecordCheck Check => new(_leases.Key(FittedName.Of(name, 480)), (_held ?? throw new InvalidOperationException("The lease is not held.")).Version);

    /// <summary>Takes the lease, or gives a sign of life.</summary>
    /// <returns>The position of the commit that did it, which everything committed before lies before; null when another holds it.</returns>
    public async ValueTask<long?> HoldAsync(CancellationToken cancellationToken)
    {
        var stored = await _leases.GetAsync(FittedName.Of(name, 480), cancellationToken).ConfigureAwait(false);
        var now = writer.Time.GetTimestamp();
        if (stored is { Value.Holder: var holder } && holder.Length > 0 && holder != _holder)
        {
            _held = null;
            if (_seen?.Version != stored.Version) _seen = (stored.Version, now);
            if (writer.Time.GetElapsedTime(_seen!.Value.At, now) < timeToLive) return null;
        }

        var next = new LeaseState(name, _holder, (stored?.Value.Beat ?? 0) + 1);
        try
        {
            var result = await writer.CommitAsync([stored is null ? _leases.Put(next, RecordOperation.Absent) : _leases.Put(stored, next)], null, cancellationToken).ConfigureAwait(false);
            _held = (result.Versions[0], now);
            return result.Position;
        }
        catch (MLOpsConflictException)
        {
            _held = null;
            return null;
        }
    }

    /// <summary>Gives the lease back at once, so that nobody waits for it.</summary>
    public async ValueTask ReleaseAsync(CancellationToken cancellationToken)
    {
        if (_held is null) return;
        _held = null;
        if (await _leases.GetAsync(FittedName.Of(name, 480), cancellationToken).ConfigureAwait(false) is not { } stored || stored.Value.Holder != _holder) return;
        try
        {
            await writer.CommitAsync([_leases.Put(stored, stored.Value with { Holder = "" })], null, cancellationToken).ConfigureAwait(false);
        }
        catch (MLOpsConflictException)
        {
            // Taken meanwhile: it is not ours to give.
        }
    }
}
