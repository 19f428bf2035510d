using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Data;

/// <summary>What this room registers.</summary>
static class DataRoom
{
    public static void Register(MLOpsBuilder builder) =>
        builder.TryUse<IDatasetStore>(s => new DatasetStore(s.Get<RecordWriter>(), s.Get<ContentStore>(), s.Get<IBlobStore>()));
}
