using MLOps.Records;
using MLOps.Storage;
using MLOps.Storage.Chunks;
using MLOps.Storage.Folder;

namespace MLOps.Data;

/// <summary>What this room registers.</summary>
static class DataRoom
{
    public static void Register(MLOpsBuilder builder) =>
        builder
            .TryUse(_ => new DataOptions())
            .TryUse(s => new ChunkStore(s.Get<IBlobStore>()))
            .TryUse(s => new DatasetFiles(s.Get<ChunkStore>(), s.Get<DataOptions>(), (s.Get<IBlobStore>() as FolderBlobStore)?.CacheFolder))
            .TryUse<IDatasetStore>(s => new DatasetStore(s.Get<RecordWriter>(), s.Get<DatasetFiles>()))
            .TryUse(s => new DatasetUpkeep(s.Get<RecordWriter>(), s.Get<DatasetFiles>()))
            .TryUse(s => new DatasetTransfer(s.Get<RecordWriter>(), s.Get<DatasetFiles>()));
}
