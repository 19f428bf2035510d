using System.Data.Common;

namespace MLOps.Storage.Relational;

/// <summary>
/// Hears other processes' commits on a connection of its own, from the first watch on. It only shortens the wait: what it misses
/// while its connection is lost, the watchers' own look finds.
/// </summary>
internal sealed class Listener(DbDataSource source, SqlDialect dialect, Action heard) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _starting = new();
    private Task? _listening;

    public void Start()
    {
        if (_listening is not null || dialect.Notify is null) return;
        lock (_starting)
        {
            if (_stop.IsCancellationRequested || _listening is not null) return;
            using (ExecutionContext.SuppressFlow()) _listening = Task.Run(ListenAsync);
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_starting)
        {
            if (_stop.IsCancellationRequested) return;
            _stop.Cancel();
        }

        if (_listening is { } listening) await listening.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task ListenAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var connection = await source.OpenConnectionAsync(_stop.Token).ConfigureAwait(false);
                await using (connection.ConfigureAwait(false)) await dialect.ListenAsync(connection, heard, _stop.Token).ConfigureAwait(false);
            }
            catch (Exception error) when (Database.IsOfConnection(error) || error is OperationCanceledException or InvalidOperationException)
            {
                // Watchers poll meanwhile.
            }

            await Task.Delay(Pause, TimeProvider.System, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
