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
        return builder.UseSqlite(_ => path);
    }

    /// <summary>The same with a path that is known only when the store is first used.</summary>
    internal static MLOpsBuilder UseSqlite(this MLOpsBuilder builder, Func<StoreServices, string> file) => builder
        .Use(store =>
        {
            var path = Path.GetFullPath(file(store));
            return new RelationalStore(new SqliteDataSource(path), new SqliteDialect(path), store.Time);
        })
        .Use<IRecordStore>(store => store.Get<RelationalStore>())
        .Use<IStreamStore>(store => store.Get<RelationalStore>());
}
