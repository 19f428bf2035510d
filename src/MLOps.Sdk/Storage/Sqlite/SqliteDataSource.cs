using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace MLOps.Storage.Sqlite;

/// <summary>Opens connections to one SQLite file, creating the file and its folder when they are missing.</summary>
/// <param name="file">The path; made absolute here, so that a later change of the working folder does not move the store.</param>
internal sealed class SqliteDataSource(string file) : DbDataSource
{
    private readonly string _file = Path.GetFullPath(file);

    /// <inheritdoc/>
    public override string ConnectionString => new SqliteConnectionStringBuilder
    {
        DataSource = _file,
        Mode = SqliteOpenMode.ReadWriteCreate,
        // The store keeps its connections itself, with their prepared statements.
        Pooling = false,
        // How long the driver itself waits for a lock, which no token can cut short: little, for the store's own patience is longer.
        DefaultTimeout = 1,
    }.ConnectionString;

    /// <inheritdoc/>
    protected override DbConnection CreateDbConnection() => new SqliteConnection(ConnectionString);

    /// <inheritdoc/>
    protected override DbConnection OpenDbConnection()
    {
        var folder = Path.GetDirectoryName(_file)!;
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MLOpsUnavailableException($"The folder '{folder}' of the store cannot be made: {error.Message} Choose a folder that this user may write.", error);
        }

        return base.OpenDbConnection();
    }

    /// <inheritdoc/>
    protected override ValueTask<DbConnection> OpenDbConnectionAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(OpenDbConnection());
    }
}
