using MLOps.Testing;

namespace MLOps.Storage.Folder;

[TestFixture]
public sealed class FolderBlobStoreTests : BlobStoreConformanceTests<FolderBlobStore>
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mlops-blobs-").FullName;

    [OneTimeTearDown]
    public void Clean() => Directory.Delete(_folder, recursive: true);

    protected override ValueTask<FolderBlobStore> OpenAsync(string isolationKey) => new(new FolderBlobStore(Path.Combine(_folder, isolationKey)));
}
