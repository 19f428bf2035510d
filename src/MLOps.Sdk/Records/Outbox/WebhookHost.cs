using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MLOps.Records;

/// <summary>Delivers to webhooks as long as a host runs.</summary>
internal sealed class WebhookHost(WebhookDispatcher dispatcher, RecordWriter writer, ILogger logger) : BackgroundService
{
    private static readonly TimeSpan s_afterError = TimeSpan.FromSeconds(10), s_whileAnotherHolds = TimeSpan.FromSeconds(5), s_least = TimeSpan.FromMilliseconds(10);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(dispatcher.Queues.Select(q => RunAsync(q, stoppingToken)));

    private async Task RunAsync(WebhookQueue queue, CancellationToken cancellationToken)
    {
        // A host must not wait in its start for the first receiver.
        await Task.Yield();
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var position = await OutboxSignal.PositionAsync(writer.Store, cancellationToken).ConfigureAwait(false);
                var wait = await queue.StepAsync(cancellationToken).ConfigureAwait(false) ?? s_whileAnotherHolds;
                await OutboxSignal.WaitAsync(writer, position, wait > s_least ? wait : s_least, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                break;
            }
#pragma warning disable CA1031 // A store that is away for a while must not end the deliveries.
            catch (Exception e)
#pragma warning restore CA1031
            {
                logger.LogDispatchError(queue.Name, e);
                await Task.Delay(s_afterError, writer.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        try
        {
            await queue.ReleaseAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (MLOpsException e)
        {
            // The lease expires by itself.
            logger.LogDispatchError(queue.Name, e);
        }
    }
}
