using MLOps;
using MLOps.Storage;
using MLOps.Storage.Relational;
using MLOps.Storage.Sqlite;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps a store's records and streams in a SQLite file.</summary>
public static class SqliteStorageExtensions
{
    /// <summary>Keeps records and streams in one SQLite file, which several processes of one machine may share.</summary>
    /// <param name="builder">The store being registered.</param>
    /// <param name="file">The path of the database; it and its folder are made on first use. Not on a network file system.</param>
    public static MLOpsBuilder UseSqlite(this MLOpsBuilder builder, string file)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(file);
        var path = Path.GetFullPath(file);
        return builder
            .Use(store => Open(store, path))
            .Use<IRecordStore>(store => store.Get<RelationalStore>())
            .Use<IStreamStore>(store => store.Get<RelationalStore>());
    }

    internal static RelationalStore Open(StoreServices store, string path) => new(new SqliteDataSource(path), new SqliteDialect(path), store.Time);
}
