using Microsoft.Extensions.Logging;

namespace MLOps.Serving;

/// <summary>Hears of routes and nudges the slots they are for: one watch for all models of a server.</summary>
internal sealed class RouteFollower(IReadOnlyCollection<ServedSlot> slots, RouteRecords routes, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(2);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await foreach (var route in routes.WatchAsync(cancellationToken).ConfigureAwait(false))
                    foreach (var slot in slots.Where(s => s.Model == route.Model && s.Alias == route.Alias && s.Revision != route.Revision)) slot.Nudge();
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // The store is away: every server goes on by the route it has.
                ServingMessages.RoutesNotWatched(logger, e);
            }

            await Task.Delay(s_pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
