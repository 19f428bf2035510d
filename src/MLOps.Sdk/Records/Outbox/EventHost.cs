using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MLOps.Records;

/// <summary>Tells the application's handlers of events, one after the other, as long as a host runs. What a handler throws is logged and hinders no other.</summary>
internal sealed class EventHost(RecordWriter writer, IEnumerable<EventHandlerDeclaration> handlers, ILogger logger) : BackgroundService
{
    private static readonly TimeSpan s_afterError = TimeSpan.FromSeconds(10);

    private readonly EventHandlerDeclaration[] _handlers = [.. handlers];
    private long? _position;

    // Before anything that starts later commits its first event.
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            _position = await OutboxSignal.PositionAsync(writer.Store, cancellationToken).ConfigureAwait(false);
        }
        catch (MLOpsUnavailableException e)
        {
            logger.LogHandlersError(e);
        }

        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var events = Outbox.In(writer.Store);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                _position ??= await OutboxSignal.PositionAsync(writer.Store, stoppingToken).ConfigureAwait(false);
                await foreach (var change in writer.Store.WatchAsync(_position.Value, [Collections.Outbox], stoppingToken).ConfigureAwait(false))
                {
                    if (change.Position > _position && change.Record is { } record) await TellAsync(events.Read(record).Value, stoppingToken).ConfigureAwait(false);
                    _position = Math.Max(_position.Value, change.Position);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // A store that is away for a while must not end what listens to it.
            catch (Exception e)
#pragma warning restore CA1031
            {
                logger.LogHandlersError(e);
                await Task.Delay(s_afterError, writer.Time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async ValueTask TellAsync(ModelEvent told, CancellationToken cancellationToken)
    {
        foreach (var handler in _handlers)
        {
            try
            {
                await handler.Handle(told, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                throw;
            }
#pragma warning disable CA1031 // The application's function: what it throws is told, and the next event comes all the same.
            catch (Exception e)
#pragma warning restore CA1031
            {
                logger.LogHandlerFailed(told.Type, told.Id, e);
            }
        }
    }
}
