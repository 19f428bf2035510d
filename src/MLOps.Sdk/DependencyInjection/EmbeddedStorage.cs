using Microsoft.Extensions.Options;
using MLOps;
using MLOps.Storage;
using MLOps.Storage.Folder;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>The default for a seam that nothing else was chosen for: SQLite and a folder under the configured one.</summary>
internal static class EmbeddedStorage
{
    public static void Register(MLOpsBuilder builder)
    {
        if (!Has<IBlobStore>(builder)) builder.Use<IBlobStore>(s => new FolderBlobStore(Path.Combine(Options(s).Folder, "blobs")));
        if (!Has<IRecordStore>(builder) && !Has<IStreamStore>(builder)) builder.UseSqlite(s => Path.Combine(Options(s).Folder, "mlops.db"));
    }

    private static bool Has<T>(MLOpsBuilder builder) => builder.Services.Any(d => d.ServiceType == typeof(T) && Equals(d.ServiceKey, builder.Key));

    private static MLOpsOptions Options(StoreServices services) =>
        services.Provider.GetRequiredService<IOptionsMonitor<MLOpsOptions>>().Get(services.Key ?? Microsoft.Extensions.Options.Options.DefaultName);
}
