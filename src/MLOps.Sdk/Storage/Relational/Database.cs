using System.Collections.Concurrent;
using System.Data.Common;

namespace MLOps.Storage.Relational;

/// <summary>Hands out sessions, opens the store on first use, and runs work in transactions.</summary>
internal sealed class Database(DbDataSource source, SqlDialect dialect, Schema schema) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ConcurrentBag<Session> _idle = [];
    private readonly SemaphoreSlim _opening = new(1, 1);
    private readonly SemaphoreSlim _writing = new(1, 1);
    private volatile bool _opened;
    private volatile bool _disposed;

    public SqlDialect Dialect => dialect;

    /// <summary>Runs work that only reads.</summary>
    /// <param name="work">Must bear being run again.</param>
    /// <param name="snapshot">True when several statements must see one state.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public ValueTask<T> ReadAsync<T>(Func<Session, CancellationToken, ValueTask<T>> work, bool snapshot, CancellationToken cancellationToken) =>
        PatientlyAsync(async (session, token) =>
        {
            using var interrupt = token.UnsafeRegister(s => dialect.Interrupt(((Session)s!).Connection), session);
            if (!snapshot) return await work(session, token).ConfigureAwait(false);
            await session.ExecuteAsync(dialect.BeginRead, [], token).ConfigureAwait(false);
            var answer = await work(session, token).ConfigureAwait(false);
            await session.ExecuteAsync("commit", [], CancellationToken.None).ConfigureAwait(false);
            return answer;
        }, cancellationToken);

    /// <summary>Runs work that writes, alone, all or nothing.</summary>
    /// <param name="work">Must bear being run again. Its token is not looked at any more once it has returned.</param>
    /// <param name="cancellationToken">Cancels; nothing is written.</param>
    public async ValueTask<T> WriteAsync<T>(Func<Session, CancellationToken, ValueTask<T>> work, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, typeof(RelationalStore));
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await PatientlyAsync(async (session, token) =>
            {
                await dialect.BeginWriteAsync(session.Connection, token).ConfigureAwait(false);
                await schema.RequireWriterAsync(session, token).ConfigureAwait(false);
                var answer = await work(session, token).ConfigureAwait(false);
                token.ThrowIfCancellationRequested();
                await session.ExecuteAsync("commit", [], CancellationToken.None).ConfigureAwait(false);
                return answer;
            }, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        while (_idle.TryTake(out var session)) await session.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask<T> PatientlyAsync<T>(Func<Session, CancellationToken, ValueTask<T>> work, CancellationToken cancellationToken)
    {
        // Other processes' locks are waited for on the real clock, also when a test holds the store's own clock still.
        var end = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await EnsureOpenAsync(cancellationToken).ConfigureAwait(false);
                return await OnceAsync(work, cancellationToken).ConfigureAwait(false);
            }
            catch (DbException error) when (!cancellationToken.IsCancellationRequested && dialect.IsTransient(error) && Environment.TickCount64 < end)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(1, 10 + Math.Min(attempt, 20) * 5)), TimeProvider.System, cancellationToken).ConfigureAwait(false);
            }
            catch (DbException error)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw dialect.Translate(error) ?? new MLOpsUnavailableException($"The store's database refused a statement: {error.Message}", error);
            }
        }
    }

    private async ValueTask<T> OnceAsync<T>(Func<Session, CancellationToken, ValueTask<T>> work, CancellationToken cancellationToken)
    {
        var session = await RentAsync(cancellationToken).ConfigureAwait(false);
        var sound = false;
        try
        {
            var answer = await work(session, cancellationToken).ConfigureAwait(false);
            sound = true;
            return answer;
        }
        catch (Exception error) when (error is not DbException)
        {
            sound = await RollBackAsync(session).ConfigureAwait(false);
            throw;
        }
        finally
        {
            // Closing a connection that failed rolls its transaction back.
            if (sound && !_disposed && _idle.Count < dialect.IdleConnections) _idle.Add(session);
            else await session.DisposeAsync().ConfigureAwait(false);
            if (_disposed) await DisposeAsync().ConfigureAwait(false);
        }
    }

    private static async ValueTask<bool> RollBackAsync(Session session)
    {
        try
        {
            await session.ExecuteAsync("rollback", [], CancellationToken.None).ConfigureAwait(false);
            return true;
        }
        catch (DbException)
        {
            return false;
        }
    }

    private async ValueTask<Session> RentAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, typeof(RelationalStore));
        cancellationToken.ThrowIfCancellationRequested();
        if (_idle.TryTake(out var idle)) return idle;
        var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await dialect.PrepareAsync(connection, cancellationToken).ConfigureAwait(false);
            return new Session(connection);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async ValueTask EnsureOpenAsync(CancellationToken cancellationToken)
    {
        if (_opened) return;
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_opened) return;
            await OnceAsync(async (session, token) =>
            {
                await schema.OpenAsync(session, dialect, token).ConfigureAwait(false);
                return true;
            }, cancellationToken).ConfigureAwait(false);
            _opened = true;
        }
        finally
        {
            _opening.Release();
        }
    }
}
