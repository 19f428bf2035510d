using MLOps.Storage.Memory;

namespace MLOps.Testing.Tests.Faults;

/// <summary>Without a fault a faulty store is a sound one.</summary>
[TestFixture]
public sealed class FaultyBlobStoreConformanceTests : BlobStoreConformanceTests<FaultyBlobStore>
{
    protected override bool SharesBetweenInstances => false;

    protected override bool SurvivesReopening => false;

    protected override ValueTask<FaultyBlobStore> OpenAsync(string isolationKey) => new(new FaultyBlobStore(new MemoryBlobStore(), new()));
}

[TestFixture]
public sealed class FaultyRecordStoreConformanceTests : RecordStoreConformanceTests<FaultyRecordStore>
{
    protected override bool SharesBetweenInstances => false;

    protected override bool SurvivesReopening => false;

    protected override ValueTask<FaultyRecordStore> OpenAsync(string isolationKey) => new(new FaultyRecordStore(new MemoryRecordStore(), new()));
}

[TestFixture]
public sealed class FaultyStreamStoreConformanceTests : StreamStoreConformanceTests<FaultyStreamStore>
{
    protected override bool SharesBetweenInstances => false;

    protected override bool SurvivesReopening => false;

    protected override ValueTask<FaultyStreamStore> OpenAsync(string isolationKey) => new(new FaultyStreamStore(new MemoryStreamStore(), new()));
}
