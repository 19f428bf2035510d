using System.Collections.Concurrent;
using System.Data.Common;
using System.Net.Sockets;

namespace MLOps.Storage.Relational;

/// <summary>Hands out sessions, opens the store on first use, and runs work in transactions.</summary>
internal sealed class Database(DbDataSource source, SqlDialect dialect, Schema schema) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ConcurrentBag<Session> _idle = [];
    private readonly SemaphoreSlim _opening = new(1, 1);
    private readonly Writers _records = new(dialect, WriteLock.Records), _streams = new(dialect, WriteLock.Streams);
    private volatile bool _opened;
    private volatile bool _disposed;

    public SqlDialect Dialect => dialect;

    /// <summary>True for what a database throws when it cannot be reached or answers with an error.</summary>
    public static bool IsOfConnection(Exception error) => error is DbException or SocketException or IOException or TimeoutException;

    /// <summary>Runs work that only reads.</summary>
    /// <param name="work">Must bear being run again.</param>
    /// <param name="snapshot">True when several statements must see one state.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <param name="enlists">False for work that never belongs to a host's transaction.</param>
    public ValueTask<T> ReadAsync<T>(Func<Session, CancellationToken, ValueTask<T>> work, bool snapshot, CancellationToken cancellationToken, bool enlists = true)
    {
        if (enlists && Enlistment.Of(this) is { } enlistment) return EnlistedAsync(enlistment, WriteLock.Records, work, writes: false, cancellationToken);
        return PatientlyAsync(async (attempt, token) =>
        {
            var session = attempt.Session!;
            using var interrupt = token.UnsafeRegister(s => dialect.Interrupt(((Session)s!).Connection), session);
            if (!snapshot) return await work(session, token).ConfigureAwait(false);
            await session.PostAsync(dialect.BeginRead, [], null, token).ConfigureAwait(false);
            var answer = await work(session, token).ConfigureAwait(false);
            await session.ExecuteAsync("commit", [], CancellationToken.None).ConfigureAwait(false);
            return answer;
        }, cancellationToken);
    }

    /// <summary>Runs work that writes, alone, all or nothing.</summary>
    /// <param name="what">What it locks.</param>
    /// <param name="work">Must bear being run again. Its token is not looked at any more once it has returned.</param>
    /// <param name="cancellationToken">Cancels; nothing is written.</param>
    public async ValueTask<T> WriteAsync<T>(WriteLock what, Func<Session, CancellationToken, ValueTask<T>> work, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, typeof(RelationalStore));
        if (Enlistment.Of(this) is { } enlistment) return await EnlistedAsync(enlistment, what, work, writes: true, cancellationToken).ConfigureAwait(false);
        var writers = what == WriteLock.Streams ? _streams : _records;
        await writers.Turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await PatientlyAsync(async (attempt, token) =>
            {
                var session = attempt.Session!;
                await dialect.BeginWriteAsync(session.Connection, token).ConfigureAwait(false);
                if (dialect.BeginWrite is { } begin) await session.PostAsync(begin, [], null, token).ConfigureAwait(false);
                if (dialect.Lock(what) is { } take) await session.PostAsync(take, [], _ => false, token).ConfigureAwait(false);
                await schema.RequireWriterAsync(session, token).ConfigureAwait(false);
                var answer = await work(session, token).ConfigureAwait(false);
                token.ThrowIfCancellationRequested();
                await writers.Tickets.TakeAsync(session, CancellationToken.None).ConfigureAwait(false);
                await session.PostAsync("commit", [], null, CancellationToken.None).ConfigureAwait(false);
                try
                {
                    await session.FlushAsync(CancellationToken.None).ConfigureAwait(false);
                }
                catch (DbException error) when (dialect.IsLost(error))
                {
                    attempt.IsBroken = true;
                    if (await writers.Tickets.CommittedAsync(() => OpenAsync(CancellationToken.None)).ConfigureAwait(false) is not { } committed)
                        throw new MLOpsUnavailableException("The connection to the store's database was lost during a commit and could not be made again: whether it was made is not known. Read what it was to write before trying again.", error);
                    if (!committed)
                        throw new MLOpsUnavailableException("The connection to the store's database was lost during a commit. Nothing was written. Try again.", error);
                }

                return answer;
            }, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            writers.Turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        while (_idle.TryTake(out var session)) await session.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// Runs work on the host's connection. From the first call on its transaction holds the lock on records, also for reads:
    /// so what the flow reads and what it then commits belong together, as nothing is retried here.
    /// </summary>
    private async ValueTask<T> EnlistedAsync<T>(Enlistment enlistment, WriteLock what, Func<Session, CancellationToken, ValueTask<T>> work, bool writes, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, typeof(RelationalStore));
        var session = enlistment.Session;
        await enlistment.Turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await EnsureOpenAsync(cancellationToken).ConfigureAwait(false);
            await session.ExecuteAsync("savepoint the_call", [], cancellationToken).ConfigureAwait(false);
            try
            {
                foreach (var one in (WriteLock[])[WriteLock.Records, what])
                    if (!enlistment.Locked.Contains(one) && dialect.Lock(one) is { } take) await session.PostAsync(take, [], _ => false, cancellationToken).ConfigureAwait(false);
                if (writes) await schema.RequireWriterAsync(session, cancellationToken).ConfigureAwait(false);
                var answer = await work(session, cancellationToken).ConfigureAwait(false);
                await session.ExecuteAsync("release savepoint the_call", [], CancellationToken.None).ConfigureAwait(false);
                enlistment.Locked.UnionWith([WriteLock.Records, what]);
                return answer;
            }
            catch
            {
                session.Forget();
                await session.ExecuteAsync("rollback to savepoint the_call", [], CancellationToken.None).ConfigureAwait(false);
                throw;
            }
        }
        catch (DbException error)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new MLOpsUnavailableException($"A call in the application's own transaction failed ({(dialect.Translate(error) ?? error as Exception).Message}). Roll the transaction back and try all of it again.", error);
        }
        finally
        {
            enlistment.Turn.Release();
        }
    }

    private async ValueTask<T> PatientlyAsync<T>(Func<Attempt, CancellationToken, ValueTask<T>> work, CancellationToken cancellationToken)
    {
        // Other processes' locks are waited for on the real clock, also when a test holds the store's own clock still.
        var end = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        for (var attempts = 0; ; attempts++)
        {
            var attempt = new Attempt();
            try
            {
                await EnsureOpenAsync(cancellationToken).ConfigureAwait(false);
                return await OnceAsync(attempt, work, cancellationToken).ConfigureAwait(false);
            }
            catch (DbException error) when (!cancellationToken.IsCancellationRequested && Environment.TickCount64 < end && dialect.IsTransient(error))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(1, 10 + Math.Min(attempts, 20) * 5)), TimeProvider.System, cancellationToken).ConfigureAwait(false);
            }
            catch (DbException error) when (attempts == 0 && !cancellationToken.IsCancellationRequested && dialect.IsLost(error) && error.InnerException is not TimeoutException)
            {
                // It may have been lost long ago, and all others that wait with it: try once on a new one. Nothing was committed, or it would have been looked up.
                while (_idle.TryTake(out var idle)) await idle.DisposeAsync().ConfigureAwait(false);
                dialect.ForgetIdle(source);
            }
            catch (DbException error)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw dialect.Translate(error) ?? new MLOpsUnavailableException($"The store's database refused a statement: {error.Message}", error);
            }
            catch (Exception error) when (error is SocketException or TimeoutException)
            {
                throw new MLOpsUnavailableException($"The store's database cannot be reached ({error.Message}). Check its address and that it runs, or try again later.", error);
            }
        }
    }

    private async ValueTask<T> OnceAsync<T>(Attempt attempt, Func<Attempt, CancellationToken, ValueTask<T>> work, CancellationToken cancellationToken)
    {
        var session = attempt.Session = await RentAsync(cancellationToken).ConfigureAwait(false);
        var sound = false;
        try
        {
            var answer = await work(attempt, cancellationToken).ConfigureAwait(false);
            sound = !attempt.IsBroken;
            return answer;
        }
        catch (Exception error) when (error is not DbException)
        {
            sound = !attempt.IsBroken && await RollBackAsync(session).ConfigureAwait(false);
            throw;
        }
        finally
        {
            // Closing a connection that failed rolls its transaction back.
            if (sound && !_disposed && _idle.Count < dialect.IdleConnections)
                _idle.Add(session);
            else await session.DisposeAsync().ConfigureAwait(false);
            if (_disposed) await DisposeAsync().ConfigureAwait(false);
        }
    }

    private static async ValueTask<bool> RollBackAsync(Session session)
    {
        try
        {
            session.Forget();
            await session.ExecuteAsync("rollback", [], CancellationToken.None).ConfigureAwait(false);
            return true;
        }
        catch (Exception error) when (IsOfConnection(error) || error is InvalidOperationException)
        {
            return false;
        }
    }

    private async ValueTask<Session> RentAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, typeof(RelationalStore));
        cancellationToken.ThrowIfCancellationRequested();
        while (_idle.TryTake(out var idle))
        {
            if (idle.Connection.State == System.Data.ConnectionState.Open) return idle;
            await idle.DisposeAsync().ConfigureAwait(false);
        }

        return await OpenAsync(cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<Session> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await dialect.PrepareAsync(connection, cancellationToken).ConfigureAwait(false);
            return new Session(connection, dialect);
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
            await OnceAsync(new(), async (attempt, token) =>
            {
                await schema.OpenAsync(attempt.Session!, token).ConfigureAwait(false);
                return true;
            }, cancellationToken).ConfigureAwait(false);
            _opened = true;
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>One run of some work, which may be one of several.</summary>
    private sealed class Attempt
    {
        public Session? Session { get; set; }

        /// <summary>True when the connection is not to be used again.</summary>
        public bool IsBroken { get; set; }
    }

    /// <summary>The writers of one kind in this process: one at a time, so that they do not queue up in the database.</summary>
    private sealed class Writers(SqlDialect dialect, WriteLock what)
    {
        public SemaphoreSlim Turn { get; } = new(1, 1);

        public Tickets Tickets { get; } = new(dialect, what);
    }
}
