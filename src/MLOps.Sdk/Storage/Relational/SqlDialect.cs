using System.Data.Common;

namespace MLOps.Storage.Relational;

/// <summary>
/// What differs between the databases under a <see cref="RelationalStore"/>; everything else is SQL that all of them share:
/// <c>insert … on conflict</c>, <c>returning</c>, common joins, parameters named <c>@p0</c>, <c>@p1</c> …
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

    /// <summary>How many idle connections the store keeps for itself, with their prepared statements; 0 where the data source pools.</summary>
    public abstract int IdleConnections { get; }

    /// <summary>What follows the closing parenthesis of a table that is read by its primary key only.</summary>
    public virtual string KeyedTable => string.Empty;

    /// <summary>Prepares a connection that was just opened.</summary>
    /// <param name="connection">The open connection.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public virtual ValueTask PrepareAsync(DbConnection connection, CancellationToken cancellationToken) => default;

    /// <summary>
    /// Begins a transaction that is alone among the store's write transactions from here to its end, so that positions become
    /// visible in their order. Waits for the others, for as long as a patient user would.
    /// </summary>
    /// <param name="connection">The connection.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public abstract ValueTask BeginWriteAsync(DbConnection connection, CancellationToken cancellationToken);

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

    /// <summary>The failure in the library's words, or null when the dialect has none for it.</summary>
    /// <param name="error">The failure.</param>
    public abstract MLOpsException? Translate(DbException error);
}
