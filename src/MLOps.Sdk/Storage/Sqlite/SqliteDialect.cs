using System.Data.Common;
using System.Text;
using Microsoft.Data.Sqlite;
using MLOps.Storage.Relational;
using static SQLitePCL.raw;

namespace MLOps.Storage.Sqlite;

/// <summary>SQLite, with a write-ahead log that is flushed to the disk by every commit.</summary>
/// <remarks>
/// A commit touches an index page for almost every field of a record. A log of 8,192 pages (32 MiB) before they are copied into the database, where SQLite's
/// default is 1,000, copies most of them once instead of many times.
/// </remarks>
/// <param name="file">The database file, named in errors.</param>
internal sealed class SqliteDialect(string file) : SqlDialect
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <inheritdoc/>
    public override string KeyColumn => "integer primary key";

    /// <inheritdoc/>
    public override string IntegerType => "integer";

    /// <inheritdoc/>
    public override string NumberType => "real";

    /// <inheritdoc/>
    public override string TextType => "text";

    /// <inheritdoc/>
    public override string BytesType => "blob";

    /// <inheritdoc/>
    public override string CountTables => "select count(*) from sqlite_master where type = 'table' and name = @p0";

    /// <inheritdoc/>
    public override string BeginRead => "begin";

    /// <inheritdoc/>
    public override int IdleConnections => 8;

    /// <inheritdoc/>
    public override string KeyedTable => " without rowid";

    /// <inheritdoc/>
    public override ValueTask PrepareAsync(DbConnection connection, CancellationToken cancellationToken) => PatientlyAsync(
        (SqliteConnection)connection,
        "pragma busy_timeout = 100; pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = 8192; pragma foreign_keys = off; pragma temp_store = memory; pragma cache_size = -16384",
        cancellationToken);

    /// <inheritdoc/>
    public override ValueTask BeginWriteAsync(DbConnection connection, CancellationToken cancellationToken) =>
        PatientlyAsync((SqliteConnection)connection, "begin immediate", cancellationToken);

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Bytes(DbDataReader row, int column) => SQLitePCL.raw.sqlite3_column_blob(((SqliteDataReader)row).Handle, column);

    /// <inheritdoc/>
    public override string Like(string column, string parameter) => $"{column} glob {parameter}";

    /// <inheritdoc/>
    public override string LikePattern(string pattern)
    {
        // SQLite's own LIKE ignores case; GLOB does not, and takes one code point for "?".
        var glob = new StringBuilder(pattern.Length + 8);
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            if (c == '%') glob.Append('*');
            else if (c == '_') glob.Append('?');
            else
            {
                if (c == '\\') c = pattern[++i];
                if (c is '*' or '?' or '[') glob.Append('[').Append(c).Append(']');
                else glob.Append(c);
            }
        }

        return glob.ToString();
    }

    /// <inheritdoc/>
    public override void Interrupt(DbConnection connection)
    {
        if (((SqliteConnection)connection).Handle is { } handle) sqlite3_interrupt(handle);
    }

    /// <inheritdoc/>
    public override bool IsTransient(DbException error) =>
        error is SqliteException { SqliteErrorCode: SQLITE_BUSY or SQLITE_LOCKED or SQLITE_PROTOCOL };

    /// <inheritdoc/>
    public override MLOpsException? Translate(DbException error) => (error as SqliteException)?.SqliteErrorCode switch
    {
        SQLITE_CORRUPT or SQLITE_NOTADB => new MLOpsIntegrityException(
            $"The store's database '{file}' is damaged or is no SQLite database ({error.Message}). Nothing was changed. Put a backup in its place, or recover what is left with the sqlite3 tool's '.recover'.",
            file, innerException: error),
        SQLITE_READONLY or SQLITE_PERM or SQLITE_AUTH or SQLITE_CANTOPEN => new MLOpsUnavailableException(
            $"The store's database '{file}' cannot be opened or written ({error.Message}). This user must be allowed to write the file and the folder it is in, for SQLite keeps its log beside it.", error),
        SQLITE_FULL => new MLOpsUnavailableException($"The disk that holds the store's database '{file}' is full. Nothing was written. Make room and try again.", error),
        SQLITE_IOERR => new MLOpsUnavailableException($"The disk failed while the store's database '{file}' was used ({error.Message}). Check the disk; network file systems are not fit for SQLite.", error),
        SQLITE_BUSY or SQLITE_LOCKED or SQLITE_PROTOCOL => new MLOpsUnavailableException(
            $"Another process has held the store's database '{file}' locked for {Patience.TotalSeconds:0} seconds. Nothing was written. Find the process that writes without end, or try again later.", error),
        _ => null,
    };

    /// <summary>
    /// Runs statements that may have to wait for other processes. SQLite itself waits in short slices (<c>busy_timeout</c>);
    /// between them the token is looked at, and a random pause keeps many waiting processes from marching in step.
    /// </summary>
    private static async ValueTask PatientlyAsync(SqliteConnection connection, string sql, CancellationToken cancellationToken)
    {
        var end = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var code = sqlite3_exec(connection.Handle!, sql);
            if ((code & 0xFF) is not (SQLITE_BUSY or SQLITE_LOCKED or SQLITE_PROTOCOL) || Environment.TickCount64 >= end)
            {
                SqliteException.ThrowExceptionForRC(code, connection.Handle);
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(1, 8)), TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
    }
}
