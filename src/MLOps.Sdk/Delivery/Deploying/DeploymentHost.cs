using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MLOps.Delivery;

/// <summary>Lets the controller look after deployments as long as a host runs. A store that is away is asked again.</summary>
internal sealed partial class DeploymentHost(DeploymentController controller, DeploymentControllerOptions options, TimeProvider time, ILogger logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // A host must not wait in its start for the first gates.
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await controller.ProcessAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Whatever is wrong with the store or one deployment must not end what looks after all.
            catch (Exception e)
#pragma warning restore CA1031
            {
                LogFailed(e);
            }

            await Task.Delay(options.Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "Deployments could not be looked after; they stay as they are, and it is tried again.")]
    private partial void LogFailed(Exception exception);
}
