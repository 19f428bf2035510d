using MLOps;
using MLOps.Storage;
using MLOps.Storage.Folder;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps a store's bytes in a folder.</summary>
public static class FolderStorageExtensions
{
    /// <summary>Keeps blobs as files in a folder, which several processes may share.</summary>
    /// <param name="builder">The store being registered.</param>
    /// <param name="folder">The folder; it is made on first use.</param>
    public static MLOpsBuilder UseFolder(this MLOpsBuilder builder, string folder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        var path = Path.GetFullPath(folder);
        return builder.Use<IBlobStore>(store => new FolderBlobStore(path, store.Time));
    }
}
