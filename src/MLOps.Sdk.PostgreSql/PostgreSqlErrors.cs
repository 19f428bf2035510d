using System.Data.Common;
using System.Net.Sockets;
using Npgsql;

namespace MLOps.Storage.PostgreSql;

/// <summary>PostgreSQL's failures in the library's words. None holds a password: the server's messages do not, and no connection string is shown.</summary>
internal static class PostgreSqlErrors
{
    /// <summary>True when the connection is lost, or so late that nobody knows.</summary>
    public static bool IsLost(DbException error) => error switch
    {
        PostgresException { SqlState: var state } => state.StartsWith("08", StringComparison.Ordinal)
            || state is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow,
        _ => error.InnerException is IOException or SocketException or TimeoutException or null,
    };

    public static MLOpsException? Translate(DbException error, string schema) => error switch
    {
        PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } => Unavailable(
            "PostgreSQL refused the user or the password. Check Username and Password of the connection string, and the server's pg_hba.conf.", error),
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } => Unavailable(
            "The PostgreSQL database does not exist. Create it with the encoding UTF8, or correct Database in the connection string.", error),
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } => Unavailable(
            $"The PostgreSQL user lacks a right that the schema '{schema}' needs. Let it create the schema (grant create on database), or create the schema and make the user its owner.", error),
        PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } => Unavailable(
            "The PostgreSQL server only reads: it is a standby, or was set read-only. Connect to the primary (Target Session Attributes=primary).", error),
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } => Unavailable("The disk of the PostgreSQL server is full. Nothing was written. Make room and try again.", error),
        PostgresException { SqlState: PostgresErrorCodes.TooManyConnections } => Unavailable(
            "The PostgreSQL server takes no more connections. Raise max_connections, or lower Maximum Pool Size of its clients.", error),
        PostgresException { SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn } => new MLOpsIntegrityException(
            $"A table of the store in the schema '{schema}' is missing or has been changed. Nothing was written. Restore the schema from a backup, or choose an empty one.", schema, innerException: error),
        PostgresException { SqlState: PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted } => new MLOpsIntegrityException(
            $"The server found damage in the schema '{schema}'. Restore it from a backup.", schema, innerException: error),
        PostgresException { SqlState: PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.LockNotAvailable } => Unavailable(
            "The PostgreSQL server ended a statement that took longer than it allows, or than a lock was to be waited for. Nothing was written. Find the transaction that holds the store's lock, or try again later.", error),
        _ when IsLost(error) => Unavailable(
            error.InnerException is TimeoutException
                ? $"The PostgreSQL server did not answer in time ({error.Message}). Nothing was written. Find the transaction that holds the store's lock, or try again later."
                : $"The PostgreSQL server cannot be reached, or ended the connection ({error.Message}). Nothing was written. Check Host and Port of the connection string and that the server runs, or try again later.", error),
        _ => null,
    };

    private static MLOpsUnavailableException Unavailable(string message, Exception error) => new(message, error);
}
