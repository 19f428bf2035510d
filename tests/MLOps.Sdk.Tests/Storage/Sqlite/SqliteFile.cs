using MLOps.Storage.Relational;
using MLOps.Storage.Sqlite;

namespace MLOps.Tests.Storage;

/// <summary>A SQLite store in a folder of its own, which is deleted at the end.</summary>
sealed class SqliteFile : IAsyncDisposable
{
    private readonly List<RelationalStore> _stores = [];

    public string Folder { get; } = Directory.CreateTempSubdirectory("mlops-sqlite-").FullName;

    public string Path => System.IO.Path.Combine(Folder, "store.db");

    public RelationalStore Open(IReadOnlyList<SchemaStep>? steps = null, TimeSpan? poll = null)
    {
        var store = new RelationalStore(new SqliteDataSource(Path), new SqliteDialect(Path), TimeProvider.System, poll ?? TimeSpan.FromMilliseconds(20), steps ?? Schema.Steps);
        _stores.Add(store);
        return store;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _stores) await store.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
