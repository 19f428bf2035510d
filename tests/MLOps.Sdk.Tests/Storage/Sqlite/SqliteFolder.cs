using MLOps.Storage.Relational;

namespace MLOps.Storage.Sqlite;

/// <summary>A folder of SQLite stores, one per isolation key.</summary>
sealed class SqliteFolder
{
    private readonly string _path = Directory.CreateTempSubdirectory("mlops-sqlite-").FullName;

    public RelationalStore Open(string isolationKey)
    {
        var file = Path.Combine(_path, isolationKey + ".db");
        return new RelationalStore(new SqliteDataSource(file), new SqliteDialect(file), TimeProvider.System, TimeSpan.FromMilliseconds(20));
    }

    public void Delete() => Directory.Delete(_path, recursive: true);
}
