using MLOps.Testing;

namespace MLOps.Storage.Memory;

[TestFixture]
public sealed class MemoryRecordStoreTests : RecordStoreConformanceTests<MemoryRecordStore>
{
    protected override bool SharesBetweenInstances => false;

    protected override bool SurvivesReopening => false;

    protected override ValueTask<MemoryRecordStore> OpenAsync(string isolationKey) => new(new MemoryRecordStore());
}
