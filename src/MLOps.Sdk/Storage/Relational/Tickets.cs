using System.Security.Cryptography;

namespace MLOps.Storage.Relational;

/// <summary>
/// Numbers this store's write transactions, each in a row that commits with it, so that the fate of a commit whose answer was
/// lost with its connection can be looked up.
/// </summary>
internal sealed class Tickets(SqlDialect dialect, WriteLock what)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly long _writer = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8));
    private long _last;

    /// <summary>Takes the next ticket.</summary>
    public ValueTask TakeAsync(Session session, CancellationToken cancellationToken) => dialect.KeepTicket is { } keep
        ? session.PostAsync(keep, [_writer, ++_last], null, cancellationToken)
        : default;

    /// <summary>Whether the last ticket's transaction committed; null when the database does not answer.</summary>
    /// <param name="rent">Opens a connection.</param>
    public async ValueTask<bool?> CommittedAsync(Func<ValueTask<Session>> rent)
    {
        for (var end = Environment.TickCount64 + (long)Patience.TotalMilliseconds; Environment.TickCount64 < end;)
        {
            try
            {
                var session = await rent().ConfigureAwait(false);
                await using (session.ConfigureAwait(false))
                {
                    // The server may not know yet that the connection is lost: under the lock, the transaction has ended either way.
                    await dialect.BeginWriteAsync(session.Connection, default).ConfigureAwait(false);
                    if (dialect.BeginWrite is { } begin) await session.PostAsync(begin, [], null, default).ConfigureAwait(false);
                    if (dialect.Lock(what) is { } take) await session.PostAsync(take, [], _ => false, default).ConfigureAwait(false);
                    return await session.IntegerAsync(dialect.FindTicket, [_writer], default).ConfigureAwait(false) == _last;
                }
            }
            catch (Exception error) when (Database.IsOfConnection(error))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(20, 200)), TimeProvider.System).ConfigureAwait(false);
            }
        }

        return null;
    }
}
