using MLOps.Storage.Folder;
using MLOps.Storage.Sqlite;
using MLOps.Testing;

namespace MLOps.Storage.Decorators;

[TestFixture]
internal sealed class RetriedBlobStoreTests : BlobStoreConformanceTests<RetriedBlobStore>
{
    private readonly TemporaryFolder _folder = new();

    [OneTimeTearDown]
    public void Clean() => _folder.Dispose();

    protected override ValueTask<RetriedBlobStore> OpenAsync(string isolationKey) => new(new RetriedBlobStore(new FolderBlobStore(_folder.At(isolationKey)), new(new(), TimeProvider.System)));
}

[TestFixture]
internal sealed class MeteredBlobStoreTests : BlobStoreConformanceTests<MeteredBlobStore>
{
    private readonly TemporaryFolder _folder = new();

    [OneTimeTearDown]
    public void Clean() => _folder.Dispose();

    protected override ValueTask<MeteredBlobStore> OpenAsync(string isolationKey) => new(new MeteredBlobStore(new FolderBlobStore(_folder.At(isolationKey)), TimeProvider.System));
}

[TestFixture]
internal sealed class EncryptedBlobStoreConformanceTests : BlobStoreConformanceTests<EncryptedBlobStore>
{
    private readonly TemporaryFolder _folder = new();

    [OneTimeTearDown]
    public void Clean() => _folder.Dispose();

    protected override ValueTask<EncryptedBlobStore> OpenAsync(string isolationKey) => new(new EncryptedBlobStore(
        new FolderBlobStore(_folder.At(isolationKey)), new() { KeyId = "k1", Key = (_, _) => new(new byte[32]) }));
}

/// <summary>With a cache of every blob, which only one instance may have: see the summary of <see cref="CachedBlobStore"/>.</summary>
[TestFixture]
internal sealed class GreedyBlobCacheTests : BlobStoreConformanceTests<CachedBlobStore>
{
    private readonly TemporaryFolder _folder = new();

    [OneTimeTearDown]
    public void Clean() => _folder.Dispose();

    protected override bool SharesBetweenInstances => false;

    protected override ValueTask<CachedBlobStore> OpenAsync(string isolationKey) => new(new CachedBlobStore(
        new FolderBlobStore(_folder.At(isolationKey)), new() { Folder = _folder.At(isolationKey + "-cache") }, TimeProvider.System, _ => true));
}

[TestFixture]
internal sealed class SharedBlobCacheTests : BlobStoreConformanceTests<CachedBlobStore>
{
    private readonly TemporaryFolder _folder = new();

    [OneTimeTearDown]
    public void Clean() => _folder.Dispose();

    protected override ValueTask<CachedBlobStore> OpenAsync(string isolationKey) => new(new CachedBlobStore(
        new FolderBlobStore(_folder.At(isolationKey)), new() { Folder = _folder.At("cache") }, TimeProvider.System));
}

[TestFixture]
internal sealed class RetriedRecordStoreConformanceTests : RecordStoreConformanceTests<RetriedRecordStore>
{
    private readonly SqliteFolder _folder = new();

    [OneTimeTearDown]
    public void Clean() => _folder.Delete();

    protected override ValueTask<RetriedRecordStore> OpenAsync(string isolationKey) => new(new RetriedRecordStore(_folder.Open(isolationKey), new(new(), TimeProvider.System)));
}

[TestFixture]
internal sealed class MeteredRecordStoreTests : RecordStoreConformanceTests<MeteredRecordStore>
{
    private readonly SqliteFolder _folder = new();

    [OneTimeTearDown]
    public void Clean() => _folder.Delete();

    protected override ValueTask<MeteredRecordStore> OpenAsync(string isolationKey) => new(new MeteredRecordStore(_folder.Open(isolationKey), TimeProvider.System));
}

[TestFixture]
internal sealed class RetriedStreamStoreTests : StreamStoreConformanceTests<RetriedStreamStore>
{
    private readonly SqliteFolder _folder = new();

    [OneTimeTearDown]
    public void Clean() => _folder.Delete();

    protected override ValueTask<RetriedStreamStore> OpenAsync(string isolationKey) => new(new RetriedStreamStore(_folder.Open(isolationKey), new(new(), TimeProvider.System)));
}

[TestFixture]
internal sealed class MeteredStreamStoreTests : StreamStoreConformanceTests<MeteredStreamStore>
{
    private readonly SqliteFolder _folder = new();

    [OneTimeTearDown]
    public void Clean() => _folder.Delete();

    protected override ValueTask<MeteredStreamStore> OpenAsync(string isolationKey) => new(new MeteredStreamStore(_folder.Open(isolationKey), TimeProvider.System));
}
