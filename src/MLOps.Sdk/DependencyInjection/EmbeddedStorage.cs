using Microsoft.Extensions.Options;
using MLOps;
using MLOps.Storage;
using MLOps.Storage.Folder;
using MLOps.Storage.Relational;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>The default for a seam that nothing else was chosen for: SQLite and a folder under the configured one.</summary>
internal static class EmbeddedStorage
{
    public static void Register(MLOpsBuilder builder)
    {
        builder
            .TryUse<IBlobStore>(s => new FolderBlobStore(Path.Combine(Options(s).Folder, "blobs"), s.Time))
            .TryUse(s => SqliteStorageExtensions.Open(s, Path.GetFullPath(Path.Combine(Options(s).Folder, "mlops.db"))))
            .TryUse<IRecordStore>(s => s.Get<RelationalStore>())
            .TryUse<IStreamStore>(s => s.Get<RelationalStore>());
    }

    private static MLOpsOptions Options(StoreServices services) =>
        services.Provider.GetRequiredService<IOptionsMonitor<MLOpsOptions>>().Get(services.Key ?? Microsoft.Extensions.Options.Options.DefaultName);
}
