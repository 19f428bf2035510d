using System.Data.Common;

namespace MLOps.Storage.Relational;

/// <summary>
/// What differs between the databases under a <see cref="RelationalStore"/>; everything else is SQL that all of them share:
/// <c>insert … on conflict</c>, <c>returning</c>, common joins, savepoints, parameters named <c>@p0</c>, <c>@p1</c> …, tables named
/// <c>mlops_…</c>.
/// </summary>
/// <remarks>Implementations are thread-safe and keep no state of a connection.</remarks>
public abstract class SqlDialect
{
    /// <summary>The column type of a generated key: <c>integer primary key</c>.</summary>
    public abstract string KeyColumn { get; }

    /// <summary>The column type of a 64-bit integer.</summary>
    public abstract string IntegerType { get; }

    /// <summary>The column type of a double that also keeps infinities.</summary>
    public abstract string NumberType { get; }

    /// <summary>The column type of a text that compares by its UTF-8 bytes.</summary>
    public abstract string TextType { get; }

    /// <summary>The column type of bytes.</summary>
    public abstract string BytesType { get; }

    /// <summary>A query with the parameter <c>@p0</c> that counts the tables of that name in the store.</summary>
    public abstract string CountTables { get; }

    /// <summary>Begins a transaction that reads one snapshot.</summary>
    public abstract string BeginRead { get; }

    /// <summary>Begins a write transaction, after <see cref="BeginWriteAsync"/>; null where that has begun it. Sent together with its first reads.</summary>
    public virtual string? BeginWrite => null;

    /// <summary>How many idle connections the store keeps for itself, with their prepared statements.</summary>
    public abstract int IdleConnections { get; }

    /// <summary>What follows the closing parenthesis of a table that is read by its primary key only.</summary>
    public virtual string KeyedTable => string.Empty;

    /// <summary>True when a parameter may be an array, with <c>any</c> and <c>unnest</c>.</summary>
    public virtual bool TakesLists => false;

    /// <summary>True when statements that come again are prepared on the server before they run.</summary>
    public virtual bool Prepares => false;

    /// <summary>Statements that make what only this database needs beside the common tables; run once, when the store is made.</summary>
    public virtual IReadOnlyList<string> OwnTables => [];

    /// <summary>Statements that make the place of a new store, before its first table; they must bear being run again.</summary>
    public virtual IReadOnlyList<string> OwnPlace => [];

    /// <summary>
    /// A statement with the parameters writer (<c>@p0</c>) and ticket (<c>@p1</c>) that joins every write transaction, so that a commit whose
    /// answer was lost with the connection can be looked up afterwards. Null where no answer can be lost.
    /// </summary>
    public virtual string? KeepTicket => null;

    /// <summary>A query with the parameter <c>@p0</c> for the last ticket that a writer committed.</summary>
    public virtual string FindTicket => string.Empty;

    /// <summary>A statement without result that tells other processes of a commit of records when it becomes visible. Null where they can only look.</summary>
    public virtual string? Notify => null;

    /// <summary>A statement as this database wants it.</summary>
    /// <param name="sql">Common SQL.</param>
    public virtual string Statement(string sql) => sql;

    /// <summary>What the index on a text holds instead of the text, where that may be too long for it: as long as it orders texts in their order. Null when it holds the text.</summary>
    /// <param name="text">A column or a parameter.</param>
    public virtual string? TextKey(string text) => null;

    /// <summary>Prepares a connection that was just opened.</summary>
    /// <param name="connection">The open connection.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public virtual ValueTask PrepareAsync(DbConnection connection, CancellationToken cancellationToken) => default;

    /// <summary>
    /// Begins a write transaction where beginning takes the database's one write lock: waits for the other writers, for as long as
    /// a patient user would. Does nothing where <see cref="BeginWrite"/> and <see cref="Lock"/> do it.
    /// </summary>
    /// <param name="connection">The connection.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public virtual ValueTask BeginWriteAsync(DbConnection connection, CancellationToken cancellationToken) => default;

    /// <summary>
    /// A query that gives its transaction a lock until the transaction's end, waiting for others that hold it; null when
    /// beginning has given it. Statements after it see all that those committed.
    /// </summary>
    /// <param name="what">What to lock.</param>
    public virtual string? Lock(WriteLock what) => null;

    /// <summary>Writes many blocks in the open transaction, faster than by one statement each.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="blocks">The blocks.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>False when there is no faster way; nothing was written then.</returns>
    public virtual ValueTask<bool> CopyAsync(DbConnection connection, IReadOnlyList<BlockRow> blocks, CancellationToken cancellationToken) => new(false);

    /// <summary>Waits for what <see cref="Notify"/> sends, until the connection is lost or the token cancelled.</summary>
    /// <param name="connection">An open connection that serves nothing else.</param>
    /// <param name="heard">Called for each notification, and once when listening has begun.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public virtual Task ListenAsync(DbConnection connection, Action heard, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The bytes of a column of the row that a reader stands on, where they lie if the driver can show them; valid until the reader moves.</summary>
    /// <param name="row">The row.</param>
    /// <param name="column">The column; not null.</param>
    public virtual ReadOnlySpan<byte> Bytes(DbDataReader row, int column)
    {
        ArgumentNullException.ThrowIfNull(row);
        return (byte[])row.GetValue(column);
    }

    /// <summary>A condition that is true when a text matches a pattern as <see cref="Filter.Like"/> says.</summary>
    /// <param name="column">The text's column.</param>
    /// <param name="parameter">The parameter that holds <see cref="LikePattern"/>.</param>
    public abstract string Like(string column, string parameter);

    /// <summary>Translates a pattern of <see cref="Filter.Like"/> into the database's own.</summary>
    /// <param name="pattern">The pattern.</param>
    public abstract string LikePattern(string pattern);

    /// <summary>Stops the statement that runs on a connection, from another thread. Does nothing where commands watch their token.</summary>
    /// <param name="connection">The connection.</param>
    public virtual void Interrupt(DbConnection connection)
    {
    }

    /// <summary>True when a transaction that failed so may be tried again at once, because it lost to another one.</summary>
    /// <param name="error">The failure.</param>
    public abstract bool IsTransient(DbException error);

    /// <summary>True when the connection may be lost, and with it the answer to a commit.</summary>
    /// <param name="error">The failure.</param>
    public virtual bool IsLost(DbException error) => false;

    /// <summary>Closes the idle connections of a data source that pools, because one of them was lost.</summary>
    /// <param name="source">The data source.</param>
    public virtual void ForgetIdle(DbDataSource source)
    {
    }

    /// <summary>The failure in the library's words, or null when the dialect has none for it.</summary>
    /// <param name="error">The failure.</param>
    public abstract MLOpsException? Translate(DbException error);
}
