using MLOps.Storage.Memory;
using MLOps.Testing;

namespace MLOps.Tests.Storage.Memory;

[TestFixture]
public sealed class MemoryRecordStoreTests : RecordStoreConformanceTests<MemoryRecordStore>
{
    protected override bool SharesBetweenInstances => false;

    protected override bool SurvivesReopening => false;

    protected override ValueTask<MemoryRecordStore> OpenAsync(string isolationKey) => new(new MemoryRecordStore());
}
