using MLOps.Storage.Memory;
using MLOps.Testing;

namespace MLOps.Tests.Storage.Memory;

[TestFixture]
public sealed class MemoryStreamStoreTests : StreamStoreConformanceTests<MemoryStreamStore>
{
    protected override bool SharesBetweenInstances => false;

    protected override bool SurvivesReopening => false;

    protected override ValueTask<MemoryStreamStore> OpenAsync(string isolationKey) => new(new MemoryStreamStore());
}
