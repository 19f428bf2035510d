using MLOps.Testing;

namespace MLOps.Storage.Memory;

[TestFixture]
public sealed class MemoryStreamStoreTests : StreamStoreConformanceTests<MemoryStreamStore>
{
    protected override bool SharesBetweenInstances => false;

    protected override bool SurvivesReopening => false;

    protected override ValueTask<MemoryStreamStore> OpenAsync(string isolationKey) => new(new MemoryStreamStore());
}
