using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MLOps.Pipelines;

/// <summary>Runs the retraining loop in a host: one watcher for each declared model.</summary>
internal sealed class RetrainingHost(RetrainingLoop loop, TimeProvider time, ILogger logger) : BackgroundService
{
    private static readonly TimeSpan AfterError = TimeSpan.FromSeconds(30), ShortestWait = TimeSpan.FromSeconds(1), LongestWait = TimeSpan.FromDays(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(loop.Declared.Select(d => RunAsync(d, stoppingToken)));

    private async Task RunAsync(RetrainingDeclaration declaration, CancellationToken cancellationToken)
    {
        // A host must not wait in its start for the first training.
        await Task.Yield();
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                // The position is read before the step, so that a report which arrives during it ends the wait at once.
                var position = await loop.PositionAsync(cancellationToken).ConfigureAwait(false);
                var (finished, due) = await loop.StepAsync(declaration, cancellationToken).ConfigureAwait(false);
                if (finished is null) await loop.WaitAsync(declaration.Model, position, Wait(due), cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // A store that is away for a while must not end continuous training.
            catch (Exception e)
#pragma warning restore CA1031
            {
                logger.LogLoopError(declaration.Model, e);
                await Task.Delay(AfterError, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // Another process may be given back or die without a word of it here, so a wait for a moment is never longer than a day.
    private TimeSpan? Wait(DateTimeOffset? due)
    {
        if (due is not { } moment) return null;
        var wait = moment - time.GetUtcNow();
        return wait < ShortestWait ? ShortestWait : wait > LongestWait ? LongestWait : wait;
    }
}
