using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Delivery;

/// <summary>
/// One controller leads at a time, by a lease whose epoch counts the leaders. Every change that a controller commits checks the lease at the version that it holds, so that one
/// which slept too long changes nothing more. Not thread-safe.
/// </summary>
internal sealed class DeploymentLeadership(RecordWriter writer, ProcessLeases leases)
{
    private readonly Lease _lease = new(writer, leases, "deployment-controller");

    /// <summary>Holds in the commit that carries it that this controller leads.</summary>
    public RecordCheck Check => _lease.Check;

    /// <summary>Takes the lead, or keeps it. False while another has it.</summary>
    public async ValueTask<bool> HoldAsync(CancellationToken cancellationToken) => _lease.IsFresh || await _lease.HoldAsync(cancellationToken).ConfigureAwait(false) is not null;

    /// <summary>Keeps the lead while something takes long; what was cancelled is waited for without it.</summary>
    public async ValueTask<T> WhileAsync<T>(Task<T> work, CancellationToken cancellationToken)
    {
        while (!work.IsCompleted && !cancellationToken.IsCancellationRequested)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(work, Task.Delay(leases.Options.TimeToLive / 3, writer.Time, stop.Token)).ConfigureAwait(false);
            await stop.CancelAsync().ConfigureAwait(false);
            if (!work.IsCompleted && !cancellationToken.IsCancellationRequested) await HoldAsync(cancellationToken).ConfigureAwait(false);
        }

        return await work.ConfigureAwait(false);
    }

    /// <summary>Gives the lead to whoever comes first.</summary>
    public ValueTask ReleaseAsync(CancellationToken cancellationToken) => _lease.ReleaseAsync(cancellationToken);
}
