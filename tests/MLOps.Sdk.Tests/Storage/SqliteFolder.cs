using MLOps.Storage.Relational;
using MLOps.Storage.Sqlite;

namespace MLOps.Tests.Storage;

/// <summary>A folder of SQLite stores, one file for each name.</summary>
sealed class SqliteFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("mlops-sqlite-").FullName;

    public RelationalStore Open(string name)
    {
        var file = Path.Combine(_path, name + ".db");
        return new(new SqliteDataSource(file), new SqliteDialect(file), TimeProvider.System);
    }

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
