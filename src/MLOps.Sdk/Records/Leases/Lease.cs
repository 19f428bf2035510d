using MLOps.Storage;

namespace MLOps.Records;

/// <summary>Something that one process does at a time, on many machines, for as long as it likes: one <see cref="ProcessLease"/>, taken, kept and given back.</summary>
/// <remarks>A holder that slept too long does not know that it lost it: commits that must not be made by such a one carry <see cref="Check"/>. Not thread-safe.</remarks>
internal sealed class Lease(RecordWriter writer, ProcessLeases leases, string name)
{
    private readonly string _name = FittedName.Of(name, 480);
    private Stored<ProcessLease>? _held;
    private long _renewed;

    /// <summary>True while the last sign of life is younger than a third of the time to live.</summary>
    public bool IsFresh => _held is not null && writer.Time.GetElapsedTime(_renewed) < leases.Options.TimeToLive / 3;

    /// <summary>Holds in the commit that carries it that the lease is still this process's.</summary>
    /// <exception cref="MLOpsConflictException">It was lost before.</exception>
    public RecordCheck Check => new(leases.Key(_name), _held?.Version ?? throw new MLOpsConflictException($"The lease '{name}' is not held any more: another process took it."));

    /// <summary>Takes the lease, or gives a sign of life.</summary>
    /// <returns>The position of the commit that did it, which everything committed before lies before; null when another holds it.</returns>
    public async ValueTask<long?> HoldAsync(CancellationToken cancellationToken)
    {
        var stored = await leases.Records.GetAsync(_name, cancellationToken).ConfigureAwait(false);
        var isOurs = stored is not null && stored.Version == _held?.Version;
        _held = null;
        if (stored is not null && !isOurs && !leases.HasExpired(stored)) return null;
        var now = writer.Time.GetTimestamp();
        var (lease, put) = isOurs ? leases.Renew(stored!) : leases.Take(_name, stored);
        try
        {
            var done = await writer.CommitAsync([put], null, cancellationToken).ConfigureAwait(false);
            (_held, _renewed) = (new(lease, done.Versions[0], put.Json), now);
            return done.Position;
        }
        catch (MLOpsConflictException)
        {
            return null;
        }
    }

    /// <summary>Gives the lease back at once, so that nobody waits for it.</summary>
    public async ValueTask ReleaseAsync(CancellationToken cancellationToken)
    {
        if (_held is not { } held) return;
        _held = null;
        await leases.ReleaseAsync(held, cancellationToken).ConfigureAwait(false);
    }
}
