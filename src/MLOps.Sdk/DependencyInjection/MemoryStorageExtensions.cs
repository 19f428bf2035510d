using MLOps;
using MLOps.Storage;
using MLOps.Storage.Memory;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Storage in the memory of the process.</summary>
public static class MemoryStorageExtensions
{
    /// <summary>Keeps blobs, records and streams in memory: for tests and experiments. All is lost when the process ends.</summary>
    public static MLOpsBuilder UseMemory(this MLOpsBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder
            .Use<IBlobStore>(_ => new MemoryBlobStore())
            .Use<IRecordStore>(_ => new MemoryRecordStore())
            .Use<IStreamStore>(_ => new MemoryStreamStore());
    }
}
