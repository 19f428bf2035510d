using MLOps.Testing;

namespace MLOps.Storage.Memory;

[TestFixture]
public sealed class MemoryBlobStoreTests : BlobStoreConformanceTests<MemoryBlobStore>
{
    protected override bool SharesBetweenInstances => false;

    protected override bool SurvivesReopening => false;

    protected override ValueTask<MemoryBlobStore> OpenAsync(string isolationKey) => new(new MemoryBlobStore());
}
